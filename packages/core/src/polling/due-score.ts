/** Steps of a gap's length to a doubling: a gap comes back with an error of at most 0.3 %. */
const STEPS = 128;
const CODES = 4096;

/** Gaps of less than this are told as this. The codes below say what is not a gap. */
const SHORTEST_GAP_MS = 2;

/**
 * Scores with a lower code are no waits. 0: a message that is to be looked at just then, whatever it has earned; a claim looks the
 * same, and is claimed again when its time is over. 1: a request about it is on the wire until then.
 */
export const LEAST_GAP_CODE: number = Math.log2(SHORTEST_GAP_MS) * STEPS;

/**
 * When a message is due and how long it will have waited, in one number, so that a sorted set alone holds all that the choice of a
 * request needs: the millisecond, and in its fraction the logarithm of the gap. The order is that of the due times. A double holds
 * both exactly until 2039, and the gap a little coarser after that.
 */
export function dueScore(dueAt: number, gapMs: number): number {
  const code = Math.round(Math.log2(Math.max(SHORTEST_GAP_MS, gapMs)) * STEPS);
  return Math.floor(dueAt) + Math.min(CODES - 1, code) / CODES;
}

/** The score of a message that is to be looked at just then: a question by reference, or the last look. */
export function exactScore(at: number): number {
  return Math.ceil(at);
}

/** What a score says. */
export function dueOfScore(score: number): { readonly dueAt: number; readonly gapMs: number } {
  const dueAt = Math.floor(score);
  return { dueAt, gapMs: 2 ** (((score - dueAt) * CODES) / STEPS) };
}
