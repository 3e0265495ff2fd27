import type { RedisClock } from "@hermod/broker/redis-clock";

/** A reading is used for this long: expiry counts from it. */
const FRESH_MS = 1000;

/** A moment by both clocks of this machine: the monotonic one may stand still while the machine sleeps. */
interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** The clock of Redis as a producer needs it, which speaks to Redis only now and then. */
export interface ProducerClock extends RedisClock {
  /**
   * Reads the time again if the last reading is old. A machine that slept, or a step of the clock of Redis,
   * would otherwise let new messages expire at once.
   */
  refresh(): Promise<void>;
}

/** Whatever sets the clock counts as a reading. `clock` was read just now. */
export function producerClock(
  clock: RedisClock,
  read: () => Promise<number>,
  moment: () => Moment = () => ({ monotonicMs: performance.now(), wallMs: Date.now() }),
): ProducerClock {
  let readAt = moment();
  let reading: Promise<void> | undefined;
  const set = (atMs: number, askedAt?: number): void => {
    clock.set(atMs, askedAt);
    readAt = moment();
  };
  const isFresh = (): boolean => {
    const { monotonicMs, wallMs } = moment();
    return [monotonicMs - readAt.monotonicMs, wallMs - readAt.wallMs].every((ms) => Math.abs(ms) <= FRESH_MS);
  };
  return {
    now: clock.now,
    set,
    async refresh() {
      if (isFresh()) return;
      const askedAt = performance.now();
      reading ??= read()
        .then((atMs) => set(atMs, askedAt))
        .finally(() => {
          reading = undefined;
        });
      await reading;
    },
  };
}
