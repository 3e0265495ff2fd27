/** Bounds how many requests of an account this process has on the wire. */
export interface Permits {
  /** Waits for at least one and takes up to `most`; undefined when `signal` ended the wait. */
  take(most: number, signal: AbortSignal): Promise<HeldPermits | undefined>;
}

/** Permits in hand. Disposal gives back what was not given back before. */
export interface HeldPermits extends Disposable {
  readonly count: number;
  giveBack(count: number): void;
}

export function openPermits(total: number): Permits {
  let free = total;
  // First come, first served: a set keeps the order of waiting.
  const waiting = new Set<() => void>();
  const release = (count: number): void => {
    free += count;
    const [next] = waiting;
    if (free > 0) next?.();
  };
  return {
    async take(most, signal) {
      while (free === 0 && !signal.aborted) {
        const { promise, resolve } = Promise.withResolvers<void>();
        const wake = (): void => resolve();
        waiting.add(wake);
        signal.addEventListener("abort", wake, { once: true });
        await promise;
        signal.removeEventListener("abort", wake);
        waiting.delete(wake);
      }
      const count = signal.aborted ? 0 : Math.min(free, most);
      // Whoever waits behind may take what is left, or the whole of it when this one gave up.
      release(-count);
      return count === 0 ? undefined : held(count, release);
    },
  };
}

function held(count: number, release: (count: number) => void): HeldPermits {
  let left = count;
  const giveBack = (some: number): void => {
    left -= some;
    release(some);
  };
  return { count, giveBack, [Symbol.dispose]: () => giveBack(left) };
}
