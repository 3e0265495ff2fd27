/** Steps of a gap's length to a doubling: a gap comes back with an error of at most 0.3 %. */
const STEPS = 128;
const CODES = 4096;

/**
 * When a message is due and how long it will have waited, in one number, so that a sorted set alone holds all that the choice of a
 * request needs: the millisecond, and in its fraction the logarithm of the gap. The order is that of the due times. A double holds
 * both exactly until 2039, and the gap a little coarser after that.
 */
export function dueScore(dueAt: number, gapMs: number): number {
  const code = Math.round(Math.log2(Math.max(1, gapMs)) * STEPS);
  return Math.floor(dueAt) + Math.min(CODES - 1, code) / CODES;
}

/** What a score says. */
export function dueOfScore(score: number): { readonly dueAt: number; readonly gapMs: number } {
  const dueAt = Math.floor(score);
  return { dueAt, gapMs: 2 ** (((score - dueAt) * CODES) / STEPS) };
}
