import type { Outcome } from "@hermod/core/outcome";
import type { StatusAnswer } from "@hermod/core/report";
import type { Answer, Failed, HttpResult } from "./exchange.ts";
import { retryAfterMs } from "./retry-after.ts";

/** What a send request proved that got no whole answer. */
export function failedSend({ written, phase, detail }: Failed): Outcome {
  return written ? { kind: "maybeSent", phase, evidence: detail } : { kind: "notSent", phase, detail };
}

/**
 * What the status line alone proves about a send; undefined for 2xx, whose body is the adapter's to read. Only 429 says
 * "not taken". Nothing else does: a 5xx, a redirect, or a 4xx that the provider does not document may come from a proxy in
 * front of it, after the message went through. An adapter asks its own table of documented answers first.
 */
export function sendByStatus(answer: Answer): Outcome | undefined {
  if (answer.status === 429) return { kind: "throttled", scope: "account", ...waitOf(answer) };
  if (answer.status < 200 || answer.status > 299) return maybeSent(`http_${answer.status}`);
  return undefined;
}

/** A send whose answer came whole and proves nothing. `evidence` is a word of ours. */
export function maybeSent(evidence: string): Outcome {
  return { kind: "maybeSent", phase: "answer", evidence };
}

/** No evidence at all. */
export type Unavailable = StatusAnswer & { readonly kind: "unavailable" };

/** Why a harmless request told nothing; undefined for a 2xx answer, whose body is the adapter's to read. */
export function unavailable(result: HttpResult): Unavailable | undefined {
  if (result.kind === "failed") return { kind: "unavailable", reason: result.detail };
  if (result.status >= 200 && result.status <= 299) return undefined;
  return { kind: "unavailable", reason: `http_${result.status}`, ...waitOf(result) };
}

/** The same for an answer that only a server which cannot answer gives, or one that wants to be left alone, whatever its body says. */
export function refusedByStatus(result: HttpResult): Unavailable | undefined {
  const isRefused = result.kind === "answer" && (result.status === 429 || result.status >= 500);
  return isRefused ? unavailable(result) : undefined;
}

function waitOf(answer: Answer): { retryAfterMs?: number } {
  const waitMs = retryAfterMs(answer, Date.now());
  return waitMs === undefined ? {} : { retryAfterMs: waitMs };
}
