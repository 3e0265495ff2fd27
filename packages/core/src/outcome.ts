/** How far a request came when it failed. `guard` and `connect` lie before the first byte. */
export const PHASES = ["guard", "connect", "headers", "body", "answer"] as const;
export type Phase = (typeof PHASES)[number];

/** Whose fault a refusal is. Only `account` concerns more than the one message. */
export const SCOPES = ["message", "recipient", "sender", "template", "account"] as const;
export type RefusalScope = (typeof SCOPES)[number];

/**
 * What a send attempt proved. Adapters return one for each message and never throw for what a server or a
 * network can do. `notSent` claims that not one byte of the request was written; `maybeSent` claims nothing.
 */
export type Outcome =
  | {
      readonly kind: "accepted";
      readonly providerId?: string;
      readonly batchId?: string;
      readonly parts?: number;
    }
  | {
      readonly kind: "rejected";
      readonly scope: RefusalScope;
      /** Our word for the reason, for example `number_format`. */
      readonly code: string;
      /** The provider's own word, without anything private in it. */
      readonly providerCode: string;
    }
  | { readonly kind: "throttled"; readonly retryAfterMs?: number; readonly scope: "message" | "account" }
  | { readonly kind: "notSent"; readonly phase: Phase; readonly detail?: string }
  | { readonly kind: "maybeSent"; readonly phase: Phase; readonly evidence: string };

/** An outcome that proves that the provider did not take the message. */
export type Denial = Outcome & { readonly kind: "notSent" | "throttled" | "rejected" };
