import type { Redis } from "ioredis";
import { serversOf } from "./cluster.ts";
import type { Keys } from "./keys.ts";
import { replies } from "./replies.ts";

/** How full an index of times is. */
export interface IndexFill {
  readonly entries: number;
  /** Entries whose time has come. */
  readonly due: number;
  /** Entries whose time came longer ago than `overdueMs`. */
  readonly overdue: number;
  /** Since when the entry that waits longest is due; 0 when none is. */
  readonly oldestMs: number;
}

/** What is due for longer than this has been passed over: looks come ten times a second. */
export const OVERDUE_MS = 10_000;

/**
 * Reads how full the index of one account's checks is, over all partitions. `at` is now by the clock of Redis. What is due may wait
 * for company as long as `patienceMs`, and is overdue, or waits at all, only after that.
 */
export async function dueFill(
  redis: Redis,
  keys: Keys,
  account: string,
  at: number,
  overdueMs: number,
  patienceMs = 0,
): Promise<IndexFill> {
  return await fillOf(
    redis,
    partitionsOf(keys, (partition) => keys.due(partition, account)),
    at,
    overdueMs,
    patienceMs,
  );
}

/** The same of the timers of all messages. */
export async function timersFill(
  redis: Redis,
  keys: Keys,
  at: number,
  overdueMs: number,
): Promise<IndexFill> {
  return await fillOf(redis, partitionsOf(keys, keys.timers), at, overdueMs);
}

function partitionsOf({ partitions }: Keys, keyOf: (partition: number) => string): string[] {
  return Array.from({ length: partitions }, (_, partition) => keyOf(partition));
}

async function fillOf(
  redis: Redis,
  indexes: readonly string[],
  at: number,
  overdueMs: number,
  patienceMs = 0,
): Promise<IndexFill> {
  const pipeline = redis.pipeline();
  for (const index of indexes) {
    pipeline.zcard(index);
    pipeline.zcount(index, "-inf", at);
    pipeline.zcount(index, "-inf", at - patienceMs - overdueMs);
    pipeline.zrange(index, "0", "0", "WITHSCORES");
  }
  const told = await replies(pipeline);
  const sum = (offset: number): number =>
    indexes.reduce((total, _, index) => total + Number(told[index * 4 + offset]), 0);
  const firsts = indexes.map((_, index) => Number((told[index * 4 + 3] as string[])[1] ?? at));
  return {
    entries: sum(0),
    due: sum(1),
    overdue: sum(2),
    oldestMs: Math.max(0, at - patienceMs - Math.min(...firsts)),
  };
}

/** What Redis uses of the memory it may use, in bytes; without a limit, `limit` is 0. Of a cluster, the fullest of its servers. */
export async function redisMemory(redis: Redis): Promise<{ used: number; limit: number }> {
  const memories = await Promise.all(
    serversOf(redis).map(async (server) => {
      const info = await server.info("memory");
      const fact = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, "m").exec(info)?.[1] ?? 0);
      return { used: fact("used_memory"), limit: fact("maxmemory") };
    }),
  );
  return memories.reduce((fullest, memory) => (shareOf(memory) > shareOf(fullest) ? memory : fullest));
}

function shareOf({ used, limit }: { readonly used: number; readonly limit: number }): number {
  return limit === 0 ? used / Number.MAX_SAFE_INTEGER : used / limit;
}
