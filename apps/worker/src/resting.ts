/** Tells all orders of an account in this process at once that it rests: what waits for its slot is not written any more. */
export interface Resting {
  /** Aborted when the next rest begins. */
  signal(): AbortSignal;
  begin(): void;
}

export function openResting(): Resting {
  let next = new AbortController();
  return {
    signal: () => next.signal,
    begin() {
      next.abort();
      next = new AbortController();
    },
  };
}
