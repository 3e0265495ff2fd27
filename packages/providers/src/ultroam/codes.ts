import type { Outcome, RefusalScope } from "@hermod/core/outcome";
import type { Report } from "@hermod/core/report";
import { type DocumentedCode, refusalCode, statusCodes } from "../documented-code.ts";

/** What an answer's `error_code` says about a whole send request. */
export type SendVerdict =
  | { readonly kind: "accepted" }
  | { readonly kind: "rejected"; readonly scope: RefusalScope; readonly code: string }
  | { readonly kind: "throttled"; readonly scope: "account" }
  | { readonly kind: "unclear" };

/**
 * Every documented `error_code` of send_sms (docs/providers/ultroam.md §3.1). 200 is listed for other calls only, but
 * printed for this family of calls too. 500 is "other errors", which can be said of a message that is queued already.
 * 550, no available port, passes when a SIM card registers again: the whole box waits, and nobody's attempt is spent.
 */
export const SEND_CODES: ReadonlyMap<number, SendVerdict> = new Map<number, SendVerdict>([
  [200, { kind: "accepted" }],
  [202, { kind: "accepted" }],
  [400, { kind: "rejected", scope: "message", code: "request_format" }],
  [413, { kind: "rejected", scope: "message", code: "too_large" }],
  [500, { kind: "unclear" }],
  [550, { kind: "throttled", scope: "account" }],
]);

/** HTTP statuses that say that the box did not look at the request: its configuration or ours is wrong (§3.1). */
export const HTTP_REFUSALS: ReadonlyMap<number, string> = new Map([
  [403, "forbidden"],
  [404, "api_unavailable"],
]);

/** The `error_code` of a request whose format is not valid (§3.1, §5). */
export const MALFORMED = 400;

/** The `error_code` of a send that was taken. */
export const TAKEN = 202;

/** The `error_code` of a query that was processed (§5); 400, 413 and 500 are documented, and tell nothing. */
export const PROCESSED = 200;

/**
 * Every documented status word (documents/ultroam-query-sms-result.txt), and `CANCELED`, met after somebody stopped the
 * task (§5). `FAILED` is final on this box; what parts of it were sent stands in the report, and it is never `rejected`,
 * since some of them may have reached the phone.
 */
export const STATUS_WORDS: ReadonlyMap<string, Report["kind"]> = new Map([
  ["SENDING", "pending"],
  ["SENT_OK", "sent"],
  ["DELIVERED", "delivered"],
  ["FAILED", "undelivered"],
  ["CANCELED", "undelivered"],
]);

/** Delivery codes by their last number (§6): 0 and 32–255 are documented, 1–31 are not. */
const DELIVERY_CODES = [
  [0, "received"],
  [31, "undocumented"],
  [63, "temporary"],
  [255, "permanent"],
] as const;

/** What a delivery code means; undefined for a number that is none. */
export function deliveryMeaning(code: number): (typeof DELIVERY_CODES)[number][1] | undefined {
  return code < 0 ? undefined : DELIVERY_CODES.find(([last]) => code <= last)?.[1];
}

/** All of them, as data. A range of delivery codes is one; they tell why a message failed, and no more. */
export const CODES: readonly DocumentedCode[] = [
  ...Array.from(SEND_CODES, ([code, verdict]) => sendCode(String(code), verdict)),
  refusalCode("HTTP 401", "account", "credentials"),
  ...Array.from(HTTP_REFUSALS, ([status, reason]) => refusalCode(`HTTP ${status}`, "account", reason)),
  ...statusCodes(STATUS_WORDS),
  ...DELIVERY_CODES.map(([last, reason], index): DocumentedCode => {
    const first = (DELIVERY_CODES[index - 1]?.[0] ?? -1) + 1;
    return {
      call: "status",
      code: first === last ? `${last}` : `${first}-${last}`,
      meaning: "detail",
      reason,
    };
  }),
];

function sendCode(code: string, verdict: SendVerdict): DocumentedCode {
  if (verdict.kind === "rejected") return refusalCode(code, verdict.scope, verdict.code);
  return { call: "send", code, meaning: verdict.kind === "unclear" ? "maybeSent" : verdict.kind };
}

/** A refusal of ours, before anything is written. */
export function refusal(scope: RefusalScope, code: string): Outcome {
  return { kind: "rejected", scope, code, providerCode: "" };
}
