import type { MessageStanding } from "@hermod/broker/public-record";

const WINDOW_MS = 60_000;
const LEAST_MS = 1000;

/**
 * Messages that the provider took a second, in the last minute. When only the newest ones were looked at (`cut`), the
 * stretch of time that they cover counts.
 */
export function sendRate(newest: readonly MessageStanding[], cut: boolean, now: number): number {
  const times = newest.flatMap(({ submittedAt }) =>
    submittedAt !== undefined && submittedAt > now - WINDOW_MS ? [submittedAt] : [],
  );
  const first = times.reduce((least, at) => Math.min(least, at), now);
  return (times.length * 1000) / (cut ? Math.max(LEAST_MS, now - first) : WINDOW_MS);
}
