import { readFile } from "node:fs/promises";
import { Redis } from "ioredis";
import type { Figures } from "./rounds.ts";

/**
 * What processes and their Redis have done so far: processor time in microseconds, how often Redis read from a connection, as it does
 * once for each round trip, and the commands that it carried out, those of scripts included.
 */
export interface Spent {
  readonly cpuUs: number;
  readonly redisUs: number;
  readonly redisReads: number;
  readonly redisCalls: number;
}

export async function spentBy(pids: readonly number[], redisUrl?: string): Promise<Spent> {
  const cpuUs = await cpuOf(pids);
  return { cpuUs, ...(redisUrl === undefined ? NO_REDIS : await spentByRedis(redisUrl)) };
}

const NO_REDIS = { redisUs: 0, redisReads: 0, redisCalls: 0 };

async function spentByRedis(url: string): Promise<Omit<Spent, "cpuUs">> {
  const redis = new Redis(url);
  const info = `${await redis.info("cpu")}${await redis.info("stats")}${await redis.info("commandstats")}`;
  redis.disconnect();
  const number = (name: string): number => Number(new RegExp(`${name}:([\\d.]+)`).exec(info)?.[1]);
  return {
    redisUs: (number("used_cpu_user") + number("used_cpu_sys")) * 1e6,
    redisReads: number("total_reads_processed"),
    redisCalls: [...info.matchAll(/^cmdstat_\S+:calls=(\d+)/gm)].reduce(
      (sum, [, calls]) => sum + Number(calls),
      0,
    ),
  };
}

/** What one of so many messages cost; `allUs` is the processor time of processes and Redis. */
export function costOfEach(before: Spent, after: Spent, messages: number): Figures {
  const cpuUs = (after.cpuUs - before.cpuUs) / messages;
  const redisUs = (after.redisUs - before.redisUs) / messages;
  return {
    cpuUs,
    redisUs,
    allUs: cpuUs + redisUs,
    redisReads: (after.redisReads - before.redisReads) / messages,
    redisCalls: (after.redisCalls - before.redisCalls) / messages,
  };
}

/** Processor time that processes have used so far, in microseconds; on Linux alone. */
async function cpuOf(pids: readonly number[]): Promise<number> {
  const times = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return (Number(fields[11]) + Number(fields[12])) * 10_000;
    }),
  );
  return times.reduce((sum, time) => sum + time, 0);
}
