/** Bounds of the wait between two status checks of a message. */
export interface CheckBounds {
  readonly minMs: number;
  readonly maxMs: number;
}

/** The wait until the next check of a message that was submitted `ageMs` ago: half its age, within bounds. */
export function checkGapMs(ageMs: number, { minMs, maxMs }: CheckBounds): number {
  return Math.min(Math.max(Math.round(ageMs / 2), minMs), maxMs);
}
