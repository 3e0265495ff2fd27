/**
 * The places in the life of an order at which it matters whether its process dies or freezes there, in the order in which they
 * are passed.
 */
export const CRASH_POINTS = [
  "send-taken",
  "send-reserved",
  "send-begun",
  "send-guarded",
  "send-on-wire",
  "send-answered",
  "send-recorded",
  "check-taken",
  "check-on-wire",
  "check-answered",
  "check-recorded",
] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

/** Waited for at each of them, so that a test can let a process end exactly there. In production there is none. */
export type Reached = (account: string, point: CrashPoint) => Promise<void>;
