/** Jitter of ±20 %; `chance` lies in [0, 1). */
export function jittered(delayMs: number, chance: number): number {
  return Math.round(delayMs * (0.8 + 0.4 * chance));
}

/**
 * The wait before the next attempt after `spent` of them, or `exhausted` when the list has no further one.
 */
export function retryDelayMs(
  spent: number,
  delaysMs: readonly number[],
  chance: number,
): number | "exhausted" {
  const delayMs = delaysMs[spent - 1];
  return delayMs === undefined ? "exhausted" : jittered(delayMs, chance);
}
