const deadlines = new WeakMap<AbortSignal, number>();

/**
 * A signal for one request that may only be written until then, by the monotonic clock. It is never aborted: a request that is
 * late is refused in the turn in which it would be written, which no timer could promise. What follows the first write of it, as
 * an answer to a challenge does, is not bound any more.
 */
export function writeBy(at: number): AbortSignal {
  const { signal } = new AbortController();
  deadlines.set(signal, at);
  return signal;
}

/** The same bound for a signal that ends early in other ways too. */
export function boundAs(bound: AbortSignal, signal: AbortSignal): AbortSignal {
  const at = deadlines.get(bound);
  if (at !== undefined) deadlines.set(signal, at);
  return signal;
}

/** Whether a request with this signal comes too late to be written. */
export function isTooLate(signal: AbortSignal): boolean {
  const at = deadlines.get(signal);
  return at !== undefined && performance.now() > at;
}

/** Tells that a request with this signal is being written. */
export function isWritten(signal: AbortSignal): void {
  deadlines.delete(signal);
}
