/**
 * A provider's statement about a message, by status check or by push. `pending` says that the provider has it
 * and no more; `unmapped` is a word we do not know: kept, counted, and never taken for a state.
 */
export interface Report {
  readonly kind:
    | "pending"
    | "sent"
    | "delivered"
    | "read"
    | "undelivered"
    | "rejected"
    | "expired"
    | "unmapped";
  /** The provider's own status word, verbatim but bounded. */
  readonly word: string;
  /** The provider's own error code, where it gave one. */
  readonly code?: string;
  /** The provider's id of the message, where this is the first that tells it. */
  readonly providerId?: string;
  /** A failure that a delivery may still follow: only the horizon makes an end of it. Said with `pending`. */
  readonly tentative?: "undelivered";
  /** Billable parts. */
  readonly parts?: number;
  /** The cost as the provider's decimal text; never rounded. */
  readonly cost?: string;
  /** Facts that only this provider has, such as eTelecom's channel. */
  readonly details?: Readonly<Record<string, string>>;
}

/** What a status request told about one message. `unavailable` is no evidence at all. */
export type StatusAnswer =
  | { readonly kind: "report"; readonly report: Report }
  | { readonly kind: "absent" }
  | { readonly kind: "unavailable"; readonly reason: string; readonly retryAfterMs?: number };

/** What a search by reference proved. `absent` is said only of a list that would have shown the message. */
export type Lookup =
  | { readonly kind: "found"; readonly providerId?: string; readonly report?: Report }
  | { readonly kind: "absent" }
  | { readonly kind: "unavailable"; readonly reason: string; readonly retryAfterMs?: number };
