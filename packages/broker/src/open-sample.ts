import type { Redis } from "ioredis";
import type { Keys } from "./keys.ts";

/** Some of the messages that time may move. */
export interface OpenSample {
  readonly ids: readonly string[];
  /** Whether these are all. */
  readonly isAll: boolean;
}

/**
 * The ids in the timer index, which holds every open message, and the final ones whose text is still to be erased:
 * all of them, or of more than `most` so many by chance. A sample costs no more in a backlog of millions than
 * on a quiet day.
 */
export async function openSample(redis: Redis, keys: Keys, most: number): Promise<OpenSample> {
  const timers = Array.from({ length: keys.partitions }, (_, partition) => keys.timers(partition));
  const counts = await Promise.all(timers.map((key) => redis.zcard(key)));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const wanted = counts.map((count) => (total <= most ? count : Math.floor((most * count) / total)));
  const samples = await Promise.all(
    timers.map((key, partition) => {
      const count = wanted[partition] ?? 0;
      return count === 0 ? [] : redis.zrandmember(key, count);
    }),
  );
  return { ids: samples.flat(), isAll: total <= most };
}
