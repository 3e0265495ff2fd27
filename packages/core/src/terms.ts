/**
 * How an account settles whether an attempt in doubt was taken: by the same reference again, which its provider sorts out
 * (`repeat`); by asking for the reference (`ask`); or not at all.
 */
export type Resolution = "repeat" | "ask" | "none";

/** The times and limits of an account that decisions need. */
export interface Terms {
  readonly resolution: Resolution;
  /** How long an attempt may stay without an outcome. */
  readonly leaseMs: number;
  /** How long a provider may need until an unconfirmed message is settled there. */
  readonly settleMs: number;
  /** How long after acceptance a report may come. */
  readonly horizonMs: number;
  /** Waits after proof of not sent; its length is the limit of retries. */
  readonly retryDelaysMs: readonly number[];
  /** What the account's prices are in. */
  readonly currency?: string;
  /** How long a message is held for its account before it goes on to the next one of its route. */
  readonly failoverAfterMs: number;
}

/** Rest after a 429 that names no time, and the longest that is believed. */
export const THROTTLE_DEFAULT_MS = 5_000;
export const THROTTLE_MAX_MS = 3_600_000;

/** The rest that a throttled answer asks for, within bounds. */
export function throttleRestMs(retryAfterMs: number = THROTTLE_DEFAULT_MS): number {
  return Math.ceil(Math.min(Math.max(retryAfterMs, 100), THROTTLE_MAX_MS));
}
