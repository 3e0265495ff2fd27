import type { Redis } from "ioredis";
import { defineFinalScripts } from "./final-scripts.ts";
import type { Keys } from "./keys.ts";
import { replies } from "./replies.ts";

/** How far a group of consumers is with the finals of a producer. */
export interface GroupStanding {
  readonly producer: string;
  readonly group: string;
  /** Finals that nobody of the group has acknowledged. */
  readonly waiting: number;
  /** How long the oldest of them has waited. */
  readonly oldestMs: number;
  /** Finals that were removed before the group had them, all together, and in this look. */
  readonly missed: number;
  readonly missedNow: number;
}

/** Removed from one stream in one look: some milliseconds of work for Redis. */
const MOST_REMOVED = 5000;

/**
 * Looks at every group, and removes what is more than `keepFinals` of each producer: first come, first out, whether the group
 * has had it or not. What it misses for that is counted in the same step, and for ever.
 */
export async function lookAtGroups(
  redis: Redis,
  keys: Keys,
  keepFinals: number,
  now: number,
): Promise<GroupStanding[]> {
  defineFinalScripts(redis);
  const known = await groupsOf(redis, keys);
  const share = Math.ceil(keepFinals / keys.partitions);
  const missedOf = new Map<string, number>();
  for (const producer of new Set(known.map((one) => one.producer))) {
    const pipeline = redis.pipeline();
    for (let n = 0; n < keys.partitions; n += 1)
      pipeline.hermodTrim(keys.finals(n, producer), share, MOST_REMOVED);
    for (const [group, missed] of ((await replies(pipeline)) as [string, number][][]).flat()) {
      const field = `${producer} ${group}`;
      missedOf.set(field, (missedOf.get(field) ?? 0) + missed);
    }
  }
  return await Promise.all(
    known.map(async ({ field, producer, group, missed }) => {
      const missedNow = missedOf.get(field) ?? 0;
      const total = missedNow === 0 ? missed : await redis.hincrby(keys.groups, field, missedNow);
      return {
        producer,
        group,
        missed: total,
        missedNow,
        ...(await waitingFor(redis, keys, producer, group, now)),
      };
    }),
  );
}

/** The producers whose finals a group of this name has. */
export async function producersOf(redis: Redis, keys: Keys, group: string): Promise<string[]> {
  const known = await groupsOf(redis, keys);
  return known.filter((one) => one.group === group).map(({ producer }) => producer);
}

async function groupsOf(redis: Redis, keys: Keys) {
  return Object.entries(await redis.hgetall(keys.groups)).map(([field, missed]) => {
    const [producer = "", group = ""] = field.split(" ");
    return { field, producer, group, missed: Number(missed) };
  });
}

/** Forgets a group: nobody will consume through it any more. */
export async function forgetGroup(
  redis: Redis,
  keys: Keys,
  producer: string,
  group: string,
): Promise<boolean> {
  for (let partition = 0; partition < keys.partitions; partition += 1) {
    await redis.xgroup("DESTROY", keys.finals(partition, producer), group).catch((error: Error) => {
      // Without the stream there is no group.
      if (!error.message.startsWith("ERR")) throw error;
    });
  }
  return (await redis.hdel(keys.groups, `${producer} ${group}`)) > 0;
}

async function waitingFor(
  redis: Redis,
  keys: Keys,
  producer: string,
  group: string,
  now: number,
): Promise<Pick<GroupStanding, "waiting" | "oldestMs">> {
  let waiting = 0;
  let oldestAt = now;
  for (let partition = 0; partition < keys.partitions; partition += 1) {
    const [count, at] = await redis.hermodWaiting(keys.finals(partition, producer), group);
    waiting += count;
    if (at !== "") oldestAt = Math.min(oldestAt, Number.parseInt(at, 10));
  }
  return { waiting, oldestMs: Math.max(0, now - oldestAt) };
}
