/** How often an account's provider pushed a final report of its own accord, and how often it did not; later ones count more. */
export interface PushHealth {
  readonly came: number;
  readonly missed: number;
}

/** What is assumed of pushes before any was seen: one in twenty does not come. */
export const UNKNOWN_PUSHES: PushHealth = { came: 10, missed: 0.5 };

/**
 * When a look finds a message final, its push may be on the way. One that has not come after this time was missed; should it come
 * still, it counts as come too.
 */
export const PUSH_GRACE_MS = 10_000;

/** So much of what was counted is left after each event. */
export const PUSH_MEMORY = 0.99;
const LEAST_SILENCE = 0.002;

/** Counts a final report that was pushed. */
export function pushCame({ came, missed }: PushHealth): PushHealth {
  return { came: came * PUSH_MEMORY + 1, missed: missed * PUSH_MEMORY };
}

/** Counts a final report that only a look brought. */
export function pushMissed({ came, missed }: PushHealth): PushHealth {
  return { came: came * PUSH_MEMORY, missed: missed * PUSH_MEMORY + 1 };
}

/** The probability that the next final report will not be pushed. */
export function silenceOf({ came, missed }: PushHealth): number {
  return Math.max(LEAST_SILENCE, missed / (missed + came));
}
