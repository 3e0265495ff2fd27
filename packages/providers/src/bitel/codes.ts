import type { Report } from "@hermod/core/report";
import { type DocumentedCode, refusalCode, statusCodes } from "../documented-code.ts";
import type { Refusal } from "../refusal.ts";

/**
 * Every documented error code (docs/providers/bitel.md §2). The line is the account's, so that its refusal concerns every
 * message. The page with the other codes could not be had, that of missing credit among them: an account may name those it
 * meets (`errorCodes`).
 */
export const REFUSALS: Readonly<Record<string, Refusal>> = {
  InvalidRequest: { scope: "message", code: "invalid_request" },
  InvalidGateway: { scope: "account", code: "gateway" },
  InvalidPhoneNumber: { scope: "recipient", code: "number_format" },
};

/** HTTP 401, the one documented status of a refusal (§1), whatever its body says. */
export const UNAUTHORIZED: Refusal = { scope: "account", code: "credentials" };

/** What §2 makes of a status where no documented code comes with it: rights, version and path are configured. */
export const REFUSALS_BY_STATUS: ReadonlyMap<number, Refusal> = new Map([
  [403, { scope: "account", code: "forbidden" }],
  [404, { scope: "account", code: "not_found" }],
]);

/** Any other code: refused, since the envelope says so, kept verbatim, and never tried again. */
export const UNDOCUMENTED: Refusal = { scope: "message", code: "undocumented" };

/** A refusal of a request with several messages: it does not say whose fault it is. */
export const BATCH_REFUSED: Refusal = { scope: "message", code: "batch_refused" };

/** A documented status of a message. */
export interface Status {
  readonly number: number;
  readonly word: string;
  readonly kind: Report["kind"];
  /** Whether its word is the reason why a message failed. */
  readonly failure: boolean;
}

/**
 * Every documented status (documents/bitel-sms-detail.txt; CHECK_OK is in the table of v2 alone, docs/providers/bitel.md §4).
 * DELIVERY_FAILED is no end: "sent to operator but the user was *probably* unreachable" may still be followed by DELIVERED,
 * and a final state would keep that out. Where nothing else follows, the horizon makes a failure of it.
 */
export const STATUSES: readonly Status[] = [
  { number: 0, word: "WAITING", kind: "pending", failure: false },
  { number: 1, word: "DELIVERED", kind: "delivered", failure: false },
  { number: 2, word: "CHECK_OK", kind: "sent", failure: false },
  { number: 4, word: "DELIVERY_FAILED", kind: "pending", failure: true },
  { number: 5, word: "BLACKLIST", kind: "undelivered", failure: true },
  { number: 9, word: "ERROR", kind: "undelivered", failure: true },
  { number: 10, word: "CHECK_ERROR", kind: "undelivered", failure: true },
];

/** All of them, as data; a status is told by its word, its number, or both. */
export const CODES: readonly DocumentedCode[] = [
  ...Object.entries(REFUSALS).map(([code, { scope, code: reason }]) => refusalCode(code, scope, reason)),
  refusalCode("HTTP 401", UNAUTHORIZED.scope, UNAUTHORIZED.code),
  ...statusCodes(STATUSES.map(({ number, word, kind }) => [`${number} ${word}`, kind])),
];
