import type { Trace } from "./trace.ts";

/** What following a trace took: ages at which finals were detected, and when requests went out. */
export interface Followed {
  /** Infinite for what was never detected. */
  readonly detectedAfterSeconds: Float64Array;
  /** How many requests went out in each second of the trace, by its number. */
  readonly requestsInSecond: ReadonlyMap<number, number>;
  readonly requests: number;
  /** Ids in all requests together. */
  readonly ids: number;
}

/** Costs and lateness, by which policies are compared. Lateness is in seconds, from the final state to its detection. */
export interface Figures {
  readonly requestsPerMessage: number;
  readonly idsPerMessage: number;
  readonly meanLag: number;
  readonly p50Lag: number;
  readonly p95Lag: number;
  readonly p99Lag: number;
  /** Most requests in one second. */
  readonly burst: number;
  /** Final messages that nobody noticed. */
  readonly undetected: number;
}

export function figuresOf({ messages }: Trace, followed: Followed): Figures {
  const lags: number[] = [];
  let undetected = 0;
  for (const [id, { finalAfterSeconds }] of messages.entries()) {
    if (!Number.isFinite(finalAfterSeconds)) continue;
    const detected = followed.detectedAfterSeconds[id] ?? Number.POSITIVE_INFINITY;
    if (Number.isFinite(detected)) lags.push(Math.max(0, detected - finalAfterSeconds));
    else undetected++;
  }
  const meanLag = lags.reduce((sum, lag) => sum + lag, 0) / lags.length;
  const sorted = Float64Array.from(lags).sort();
  const quantile = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return {
    requestsPerMessage: followed.requests / messages.length,
    idsPerMessage: followed.ids / messages.length,
    meanLag,
    p50Lag: quantile(0.5),
    p95Lag: quantile(0.95),
    p99Lag: quantile(0.99),
    burst: Math.max(0, ...followed.requestsInSecond.values()),
    undetected,
  };
}
