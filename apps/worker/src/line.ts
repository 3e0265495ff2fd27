import type { Priority } from "@hermod/core/message";

/** Where orders of one lane stand that were told to wait for a slot: whoever came first asks first, and those behind ask nobody. */
export interface Line {
  /** A place in the line, in the order of these calls; it counts only while it is waited in. */
  join(): Place;
}

export interface Place extends Disposable {
  /** Waits until nobody who came earlier waits for a slot; false when `signal` ended it. */
  isFirst(signal: AbortSignal): Promise<boolean>;
  /** It was told to wait: those who came later stay behind it. */
  stay(): void;
  /** It got a slot, or gives up: the next one asks. */
  leave(): void;
}

/** One for each lane: who waits in one keeps nobody of another waiting. */
export function openLines(): Readonly<Record<Priority, Line>> {
  return { urgent: openLine(), normal: openLine(), bulk: openLine() };
}

export function openLine(): Line {
  let joined = 0;
  const waiting = new Set<number>();
  const behind = new Map<number, () => void>();
  const goOn = (): void => {
    const first = Math.min(...waiting);
    for (const [number, go] of behind) if (number <= first) go();
  };
  return {
    join() {
      joined += 1;
      const number = joined;
      const leave = (): void => {
        if (waiting.delete(number)) goOn();
      };
      return {
        async isFirst(signal) {
          if (signal.aborted) return false;
          if (number <= Math.min(...waiting)) return true;
          const { promise, resolve } = Promise.withResolvers<boolean>();
          const giveUp = (): void => resolve(false);
          signal.addEventListener("abort", giveUp, { once: true });
          behind.set(number, () => resolve(true));
          const first = await promise;
          behind.delete(number);
          signal.removeEventListener("abort", giveUp);
          return first;
        },
        stay: () => void waiting.add(number),
        leave,
        [Symbol.dispose]: leave,
      };
    },
  };
}
