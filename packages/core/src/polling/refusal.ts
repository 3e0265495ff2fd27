import type { Finding } from "../finding.ts";

/** Why a whole request got no answer: our word, and for how long the provider wants to be left alone, if it says so. */
export interface RefusedRequest {
  readonly code: string;
  readonly retryAfterMs?: number | undefined;
}

/**
 * What stands for an answer that the server or the network between refused: 429, any 5xx, also to a question before it, the deadline,
 * and the codes of failed connections. Any other word is about one message, or about what an answer said.
 */
const REFUSALS = /^(http_429|(probe_)?http_5\d\d|deadline|late|replay|[A-Z][A-Z0-9_]+)$/;

/** Tells whether a request was refused as a whole: then nothing was said about any message in it. */
export function refusalOf(findings: readonly Finding[]): RefusedRequest | undefined {
  let refusal: RefusedRequest | undefined;
  for (const finding of findings) {
    if (finding?.kind !== "unavailable") return undefined;
    const { reason: code, retryAfterMs } = finding;
    if (retryAfterMs === undefined && !REFUSALS.test(code)) return undefined;
    if ((retryAfterMs ?? 0) >= (refusal?.retryAfterMs ?? 0)) refusal = { code, retryAfterMs };
  }
  return refusal;
}
