import type { RedisWatch } from "./redis-watch.ts";
import { regularly } from "./regularly.ts";
import type { VitalSign } from "./vital-signs.ts";

/** A queue that this process should take orders from. */
export interface WatchedQueue {
  readonly name: string;
  /** Whether orders wait there that nobody keeps back on purpose. */
  readonly hasWork: () => Promise<boolean>;
  readonly limitMs: number;
}

/** Sees whether what waits in a queue is taken. */
export interface QueueWatch extends Disposable {
  readonly sign: VitalSign;
  /** The same handler of orders, each call of which is progress. */
  watched<Args extends readonly unknown[], Result>(
    handle: (...args: Args) => Result,
  ): (...args: Args) => Result;
}

const LOOK_MS = 1000;

/**
 * Sees that orders wait and none is taken. Time in which Redis is silent does not count: nothing can be taken
 * then, and that has a sign of its own.
 */
export function watchQueue({ name, hasWork, limitMs }: WatchedQueue, watch: RedisWatch): QueueWatch {
  let stuckSince = Number.POSITIVE_INFINITY;
  const progress = (): void => {
    stuckSince = Number.POSITIVE_INFINITY;
  };
  const looking = regularly(LOOK_MS, async () => {
    const works = await hasWork().catch(() => false);
    if (works) stuckSince = Math.min(stuckSince, performance.now());
    else progress();
  });
  return {
    sign: {
      what: `orders wait in ${name}, and none is taken`,
      forMs: () => Math.max(0, Math.min(performance.now() - stuckSince, watch.answeringMs())),
      limitMs,
      endsProcess: true,
    },
    watched:
      (handle) =>
      (...args) => {
        progress();
        return handle(...args);
      },
    [Symbol.dispose]: () => looking[Symbol.dispose](),
  };
}
