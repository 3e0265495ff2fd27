import type { RefusalScope } from "@hermod/core/outcome";
import type { Report } from "@hermod/core/report";
import { type DocumentedCode, refusalCode, statusCodes } from "../../src/documented-code.ts";

/** Every documented error of a send request. */
export const REFUSALS: ReadonlyMap<string, readonly [scope: RefusalScope, code: string]> = new Map([
  ["key", ["account", "credentials"]],
  ["credit", ["account", "balance"]],
  ["number", ["recipient", "number_format"]],
  ["text", ["message", "text_too_long"]],
]);

/** Every documented state. */
export const STATES: ReadonlyMap<string, Report["kind"]> = new Map([
  ["queued", "pending"],
  ["passed", "sent"],
  ["arrived", "delivered"],
  ["lost", "undelivered"],
  ["late", "expired"],
]);

export const CODES: readonly DocumentedCode[] = [
  ...Array.from(REFUSALS, ([code, [scope, reason]]) => refusalCode(code, scope, reason)),
  ...statusCodes(STATES),
];
