import type { Priority } from "@hermod/core/message";

/**
 * Where orders of one lane stand that wait for slots: whoever is first asks first, and those behind ask nobody. Messages of a lane go
 * in its order so, as far as one process can see to it.
 */
export interface Line {
  /** A place in the line, by priority (a smaller one is more urgent) and then in the order of these calls, until it is left. */
  join(priority: number): Place;
}

export interface Place extends Disposable {
  /** Waits until nobody before it keeps a place; false when `signal` ended it. */
  isFirst(signal: AbortSignal): Promise<boolean>;
  /** It was told to wait: those after it stay behind it again. */
  stay(): void;
  /** It has asked for all, or for as much as leaves something to others, or gives up: the next one asks. */
  leave(): void;
}

/** One for each lane: who waits in one keeps nobody of another waiting. */
export function openLines(): Readonly<Record<Priority, Line>> {
  return { urgent: openLine(), normal: openLine(), bulk: openLine() };
}

export function openLine(): Line {
  let joined = 0;
  const kept = new Set<Standing>();
  const behind = new Map<Standing, () => void>();
  const isFirst = (one: Standing): boolean => {
    for (const other of kept) if (isBefore(other, one)) return false;
    return true;
  };
  const goOn = (): void => {
    for (const [one, go] of behind) if (isFirst(one)) go();
  };
  return {
    join(priority) {
      joined += 1;
      const own = { priority, number: joined };
      kept.add(own);
      const leave = (): void => {
        if (kept.delete(own)) goOn();
      };
      return {
        async isFirst(signal) {
          if (signal.aborted) return false;
          if (isFirst(own)) return true;
          const { promise, resolve } = Promise.withResolvers<boolean>();
          const giveUp = (): void => resolve(false);
          signal.addEventListener("abort", giveUp, { once: true });
          behind.set(own, () => resolve(true));
          const first = await promise;
          behind.delete(own);
          signal.removeEventListener("abort", giveUp);
          return first;
        },
        stay: () => void kept.add(own),
        leave,
        [Symbol.dispose]: leave,
      };
    },
  };
}

interface Standing {
  readonly priority: number;
  readonly number: number;
}

function isBefore(one: Standing, other: Standing): boolean {
  if (one.priority !== other.priority) return one.priority < other.priority;
  return one.number < other.number;
}
