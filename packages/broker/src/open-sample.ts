import type { Redis } from "ioredis";
import type { Keys } from "./keys.ts";

/** Messages that are not final, as far as they were looked at. */
export interface OpenSample {
  readonly ids: readonly string[];
  /**
   * How many there are. Final messages whose text is kept for some time are counted too: only their records tell
   * them apart.
   */
  readonly total: number;
}

/**
 * The ids in the timer index, which holds every open message: all of them, or of more than `most` so many by chance.
 * A sample costs no more in a backlog of millions than on a quiet day, and its shares hold for the whole.
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
  return { ids: samples.flat(), total };
}
