import { type CostTotal, costDay, newCost, totalsOf } from "@hermod/core/cost";
import type { MessageRecord } from "@hermod/core/record";
import type { Redis, Result } from "ioredis";
import type { Keys } from "./keys.ts";
import type { Alongside } from "./record-commit.ts";
import { replies } from "./replies.ts";

/** What messages came to, by day, account and producer. */
export interface Costs {
  /** Of these days, `2026-11-27`. */
  read(days: readonly string[]): Promise<CostTotal[]>;
}

const KEPT_MS = 400 * 86_400_000;

/**
 * Brings the totals up to date with a record, which keeps what was counted of it last. Whoever repeats this counts nothing twice, and
 * what a record says that was not written after all is not counted. KEYS record, totals; ARGV owner, what, cost, parts, milliseconds kept.
 */
const COUNT_COST = `#!lua flags=allow-oom
local now = redis.call('HMGET', KEYS[1], 'cc', 'co', 'pt')
if now[1] == ARGV[2] or (now[2] or '') ~= ARGV[3] or (now[3] or '') ~= ARGV[4] then return 0 end
if now[1] then redis.call('HINCRBY', KEYS[2], ARGV[1] .. ' ' .. now[1], -1) end
redis.call('HSET', KEYS[1], 'cc', ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[5])
redis.call('HINCRBY', KEYS[2], ARGV[1] .. ' ' .. ARGV[2], 1)
redis.call('PEXPIRE', KEYS[2], ARGV[5])
return 1
`;

declare module "ioredis" {
  interface RedisCommander<Context> {
    hermodCountCost(
      record: string,
      totals: string,
      ...args: [owner: string, what: string, cost: string, parts: string, keptMs: number]
    ): Result<number, Context>;
  }
}

export function openCosts(redis: Redis, keys: Keys): Costs {
  redis.defineCommand("hermodCountCost", { numberOfKeys: 2, lua: COUNT_COST });
  return {
    async read(days) {
      const pipeline = redis.pipeline();
      for (const day of days) {
        for (let partition = 0; partition < keys.partitions; partition += 1)
          pipeline.hgetall(keys.costs(partition, day));
      }
      const hashes = (await replies(pipeline)) as Record<string, string>[];
      return days.flatMap((day, index) => {
        const own = hashes.slice(index * keys.partitions, (index + 1) * keys.partitions);
        const counts = own.flatMap((hash) =>
          Object.entries(hash).map(([field, count]) => [field, Number(count)] as const),
        );
        return totalsOf(day, counts);
      });
    },
  };
}

/** What counts, beside changes, what they cost. */
export function countCosts(
  keys: Keys,
  changes: readonly { readonly before: MessageRecord; readonly after: MessageRecord }[],
): Alongside[] {
  const commands: Alongside[] = [];
  for (const { before, after } of changes) {
    const counted = newCost(before, after);
    if (counted === undefined) continue;
    const totals = keys.costs(keys.partitionOf(after.id), costDay(after));
    commands.push((pipeline) =>
      pipeline.hermodCountCost(
        keys.record(after.id),
        totals,
        counted.owner,
        counted.what,
        after.cost ?? "",
        after.parts === undefined ? "" : String(after.parts),
        KEPT_MS,
      ),
    );
  }
  return commands;
}
