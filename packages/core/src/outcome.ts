/** How far a request came when it failed. `guard` and `connect` lie before the first byte. */
export const PHASES = ["guard", "connect", "headers", "body", "answer"] as const;
export type Phase = (typeof PHASES)[number];

/** Whose fault a refusal is. Only `account` concerns more than the one message. */
export const SCOPES = ["message", "recipient", "sender", "template", "account"] as const;
export type RefusalScope = (typeof SCOPES)[number];

/** Where a message stood in the request it was sent in, from 0, and how many stood there. */
export type Place = readonly [index: number, of: number];

/**
 * What a send attempt proved. Adapters return one for each message and never throw for what a server or a
 * network can do. `notSent` claims that not one byte of the request was written; `maybeSent` claims nothing.
 */
export type Outcome =
  | {
      readonly kind: "accepted";
      readonly providerId?: string;
      readonly batchId?: string;
      /** Which one of the batch it is, and of how many, where the answer told no id of its own. */
      readonly place?: Place;
      readonly parts?: number;
      /** Our word for something that an operator should know about a message that was taken all the same. */
      readonly notice?: string;
      /** The provider has enough for now: nothing more should be sent through the account for so long. */
      readonly restMs?: number;
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

/**
 * Tells whether the provider answered with a word or code that no document names. Adapters say so in their
 * `code` or `evidence`.
 */
export function isUnmapped(outcome: Outcome): boolean {
  switch (outcome.kind) {
    case "rejected":
      return outcome.code === "undocumented";
    case "maybeSent":
      return outcome.evidence.startsWith("unmapped");
    default:
      return false;
  }
}
