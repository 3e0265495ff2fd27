import type { Report } from "@hermod/core/report";
import { type DocumentedCode, refusalCode, statusCodes } from "../documented-code.ts";
import type { Refusal } from "../refusal.ts";

/** The send answer that means "taken". */
export const ACCEPTED = "1";

/** The send answer that names a malformed parameter. */
export const PARAMETER_FORMAT = "-2";

/**
 * Every documented refusal (documents/etelecom-send.txt) by its `status`. Only the balance concerns the account: the
 * template, its parameters and its channels are what one message asked for, and no producer's mistake may stop the others.
 */
export const REFUSALS: ReadonlyMap<string, Refusal> = new Map([
  ["-1", { scope: "recipient", code: "number_format" }],
  [PARAMETER_FORMAT, { scope: "message", code: "parameter_format" }],
  ["-3", { scope: "account", code: "balance" }],
  ["-6", { scope: "template", code: "template_unknown" }],
  ["-8", { scope: "template", code: "no_routing" }],
  ["-9", { scope: "message", code: "channel_unknown" }],
]);

/** The documents' gaps, such as -4, -5 and -7: refused, since an answer other than "1" is one, and kept verbatim. */
export const UNDOCUMENTED: Refusal = { scope: "message", code: "undocumented" };

/** HTTP 401 by what its text contains, in small letters; the body's form (plain, quoted, JSON) is not documented. */
export const UNAUTHORIZED: readonly (readonly [text: string, code: string])[] = [
  ["access from this ip", "address"],
  ["unauthorized", "credentials"],
  ["", "unauthorized"],
];

/** Every documented status word (documents/etelecom-status.txt). */
export const STATUS_WORDS: ReadonlyMap<string, Report["kind"]> = new Map([
  ["PROCESSING", "pending"],
  ["SUCCESS", "delivered"],
  ["FAIL", "undelivered"],
]);

/** All of them, as data. */
export const CODES: readonly DocumentedCode[] = [
  { call: "send", code: ACCEPTED, meaning: "accepted" },
  ...Array.from(REFUSALS, ([code, { scope, code: reason }]) => refusalCode(code, scope, reason)),
  refusalCode("401 Can't access from this IP", "account", "address"),
  refusalCode("401 Unauthorized", "account", "credentials"),
  ...statusCodes(STATUS_WORDS),
];
