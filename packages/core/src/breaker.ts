/** How far an account's open breaker lets messages through; none at all while `probeAt` is unknown. */
export interface Opened {
  /** When one message may try the account again, epoch milliseconds by the clock of Redis. */
  readonly probeAt?: number;
}

/** How many held messages may go now: all of them, `most` at a time, one that tries the account again, or none. */
export function releasable(breaker: Opened | undefined, at: number, most: number): number {
  if (breaker === undefined) return most;
  return breaker.probeAt === undefined || breaker.probeAt > at ? 0 : 1;
}
