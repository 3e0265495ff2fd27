/**
 * What refused requests (429) did to an account's pace, until it has grown back. Shares are of the configured rate; times are
 * epoch milliseconds.
 */
export interface Easing {
  /** The rest that the last refusal asked for ends then. */
  readonly since: number;
  /** The share at which the account was refused, and the one it goes on with. */
  readonly refusedAt: number;
  readonly share: number;
  /** Refusals at no greater pace than the one before was; half of them count on when a greater one was refused. 0 unless said. */
  readonly inVain?: number;
  /** Until then the pace is not reduced, since that did not help. */
  readonly wholeUntil?: number;
}

/** A refusal so long after the end of the last rest is a new one, and no repeated one. */
const REPEATED_MS = 30_000;

/** A pace is not reduced below this: an account that may send less than a tenth of what is configured is told to rest instead. */
const LEAST = 1 / 10;

/** The share that was refused is not tried again for some time: up to just below it at once, and beyond it slowly. */
const BELOW = 0.95;
const BACK_MS = 10_000;
const HOLD_MS = 60_000;
const GROWTH_MS = 240_000;

/**
 * Whoever refuses so often, however slowly it is asked, does so for other reasons than the pace: then rests are all that helps, until
 * some time later the pace may be the reason.
 */
const MOST_IN_VAIN = 8;
const WHOLE_MS = 600_000;

/** The share of its rate that an account may use now. */
export function paceShare(easing: Easing | undefined, at: number): number {
  if (easing === undefined) return 1;
  const { since, share } = easing;
  if (share === 1) return 1;
  const ageMs = Math.max(0, at - since);
  const back = share + (plateau(easing) - share) * Math.min(1, ageMs / BACK_MS);
  const growth = (Math.max(0, ageMs - HOLD_MS) / GROWTH_MS) ** 3;
  return Math.min(1, back + growth);
}

function plateau({ refusedAt, share }: Easing): number {
  return Math.max(share, BELOW * refusedAt);
}

/**
 * What a refusal does: the first one is only a rest; one more, or one at a pace that is reduced already, halves the share, unless
 * that was in vain too often. What was on the wire when the rest began is refused for the same reason, and counts with it.
 */
export function afterRefusal(easing: Easing | undefined, at: number, restMs: number): Easing {
  const since = at + restMs;
  if (easing === undefined) return { since, refusedAt: 1, share: 1 };
  if (at <= easing.since) return { ...easing, since: Math.max(easing.since, since) };
  if (at < (easing.wholeUntil ?? 0)) return { ...easing, since };
  const now = paceShare(easing, at);
  if (now === 1 && at - easing.since > REPEATED_MS) return { since, refusedAt: 1, share: 1 };
  const soFar = easing.inVain ?? 0;
  const inVain = now > plateau(easing) ? Math.floor(soFar / 2) : soFar + 1;
  if (inVain > MOST_IN_VAIN) return { since, refusedAt: 1, share: 1, wholeUntil: at + WHOLE_MS };
  return { since, refusedAt: now, share: Math.max(LEAST, now / 2), inVain };
}
