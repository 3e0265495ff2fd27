/** As short as the rules between them allow, so that a minute sees what production sees in a month. */
export const TIMES = {
  timeoutMs: 800,
  leaseMs: 3500,
  lockMs: 4000,
  stalledMs: 1000,
  settleMs: 2000,
} as const;

/**
 * Longer than a lease, so that somebody else takes the frozen one's work; shorter than lease and settling time together. A process
 * that is frozen between its last look at the clock and the write, and for longer than that, is the one hole that no
 * protocol can close at a provider that does not sort out repeats.
 */
export const FREEZE_MS = [TIMES.leaseMs + 200, TIMES.leaseMs + TIMES.settleMs - 300] as const;
