import type { Outcome, RefusalScope } from "@hermod/core/outcome";
import type { Report } from "@hermod/core/report";

/**
 * A code, word or text that docs/providers names, and what it is taken for: what an operator looks up when a provider says
 * it. The codes of a query as a whole, which tell nothing about a message, are not among them.
 */
export interface DocumentedCode {
  /** The answer it stands in. */
  readonly call: "send" | "status";
  /** Verbatim. */
  readonly code: string;
  /** As the outcome of an attempt or the report about a message; `detail` stands beside a report and decides nothing. */
  readonly meaning: Outcome["kind"] | Report["kind"] | "detail";
  /** Whose fault a refusal is. */
  readonly scope?: RefusalScope;
  /** Our word for it. */
  readonly reason?: string;
}

/** A refusal of a send request, as data. */
export function refusalCode(code: string, scope: RefusalScope, reason: string): DocumentedCode {
  return { call: "send", code, meaning: "rejected", scope, reason };
}

/** The words of a status answer, as data. */
export function statusCodes(words: Iterable<readonly [word: string, Report["kind"]]>): DocumentedCode[] {
  return Array.from(words, ([code, meaning]) => ({ call: "status", code, meaning }));
}
