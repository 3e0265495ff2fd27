/** Lets only so many at once through, in the order they came. */
export interface Turns {
  /** Waits for a turn; false when `signal` ended the wait. Whoever got one gives it back. */
  take(signal: AbortSignal): Promise<boolean>;
  give(): void;
}

export function openTurns(count: number): Turns {
  const waiting = new Set<() => void>();
  let free = count;
  return {
    async take(signal) {
      if (signal.aborted) return false;
      if (free > 0) {
        free -= 1;
        return true;
      }
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const enter = () => {
        signal.removeEventListener("abort", leave);
        resolve(true);
      };
      const leave = () => {
        waiting.delete(enter);
        resolve(false);
      };
      waiting.add(enter);
      signal.addEventListener("abort", leave, { once: true });
      return await promise;
    },
    give() {
      const [next] = waiting;
      if (next === undefined) {
        free += 1;
        return;
      }
      waiting.delete(next);
      next();
    },
  };
}
