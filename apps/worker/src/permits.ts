/** Bounds how much of an account this process does at once. */
export interface Permits {
  /** Waits for at least one and takes up to `most`; undefined when `signal` ended the wait. `urgent` goes before all others. */
  take(most: number, signal: AbortSignal, urgent?: boolean): Promise<HeldPermits | undefined>;
}

/** Permits in hand. Disposal gives back what was not given back before. */
export interface HeldPermits extends Disposable {
  readonly count: number;
  giveBack(count: number): void;
}

/** Whoever wants many gets a quarter of all at least: with one at a time, each would cost what many together cost. */
const LEAST_SHARE = 0.25;

interface Waiting {
  readonly enough: number;
  readonly grant: () => void;
}

export function openPermits(total: number, leastShare = LEAST_SHARE): Permits {
  let free = total;
  // First come, first served: a set keeps the order of waiting.
  const urgently = new Set<Waiting>();
  const calmly = new Set<Waiting>();
  const taken = (most: number): number => {
    const count = Math.min(free, most);
    free -= count;
    return count;
  };
  const release = (count: number): void => {
    free += count;
    for (const waiting of [urgently, calmly]) {
      for (const turn of waiting) {
        if (free < turn.enough) return;
        waiting.delete(turn);
        turn.grant();
      }
    }
  };
  return {
    async take(most, signal, urgent = false) {
      if (signal.aborted) return undefined;
      const waiting = urgent ? urgently : calmly;
      const enough = Math.min(most, Math.ceil(total * leastShare));
      const isNext = urgently.size === 0 && (urgent || calmly.size === 0);
      if (isNext && free >= enough) return held(taken(most), release);
      const { promise, resolve } = Promise.withResolvers<number>();
      const turn = {
        enough,
        grant: () => resolve(taken(most)),
      };
      const giveUp = (): void => {
        if (!waiting.delete(turn)) return;
        resolve(0);
        // Those behind may need less than this one did.
        release(0);
      };
      signal.addEventListener("abort", giveUp, { once: true });
      waiting.add(turn);
      release(0);
      const count = await promise;
      signal.removeEventListener("abort", giveUp);
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
