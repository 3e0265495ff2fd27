import { readFile } from "node:fs/promises";
import { openInstallation } from "@hermod/broker/installation";
import { type Hermod, openClient } from "@hermod/client";
import { waitUntil } from "@hermod/testing/wait";
import { Redis } from "ioredis";
import { ENCRYPTION, startBench, textOf } from "./bench-account.ts";
import { bytesOfOpenWork } from "./redis-memory.ts";
import { warmed } from "./warm-up.ts";

/** Calls of `send()` that a producer has in flight. */
const AT_ONCE = 50;

interface Way {
  readonly messages: number;
  /** All in one call of `sendMany` before the worker starts, or each in a call of `send` while it runs. */
  readonly way: "bulk" | "single";
  readonly encrypted?: boolean;
  /** Of the worker and the poller, beside their own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Looks at Redis before anything is torn down. */
  readonly atEnd?: (redisUrl: string) => Promise<void>;
}

/**
 * Lets one worker and the poller walk messages to their final states, and as many as half of them before, so that what is measured is
 * a process that is warm. The processor time of Node is theirs and, of single messages, that of their producer.
 */
export async function measureHermod(
  url: string,
  { messages, way, encrypted = false, environment = {}, atEnd = async () => {} }: Way,
): Promise<Record<string, number>> {
  await using bench = await startBench(url, {}, { encrypted, environment });
  const redisUrl = bench.redis.url;
  await using hermod = await openClient({ redisUrl, ...(encrypted ? { encryption: ENCRYPTION } : {}) });
  const all = warmed(messages);
  const bulk = way === "bulk" ? await handOver(hermod, redisUrl, all) : {};
  const pids = [bench.poller.pid, (await bench.start("worker", environment)).pid];
  const sending = way === "single" ? sendEach(hermod, all) : undefined;
  await untilFinal(redisUrl, all - messages);
  const before = { counts: await countsOf(redisUrl), cpuUs: await cpuOf(pids), own: process.cpuUsage() };
  const startedAt = performance.now();
  await sending;
  await untilFinal(redisUrl, all);
  const ms = performance.now() - startedAt;
  const own = process.cpuUsage(before.own);
  const cpuUs = (await cpuOf(pids)) - before.cpuUs + (way === "single" ? own.user + own.system : 0);
  const counts = await countsOf(redisUrl);
  await atEnd(redisUrl);
  return {
    perSecond: (messages / ms) * 1000,
    cpuUs: cpuUs / messages,
    redisUs: (counts.cpuUs - before.counts.cpuUs) / messages,
    redisReads: (counts.reads - before.counts.reads) / messages,
    redisCalls: (counts.calls - before.counts.calls) / messages,
    ...bulk,
  };
}

/** Hands all messages over; how fast, and the memory that one takes until it is sent. */
async function handOver(hermod: Hermod, url: string, messages: number): Promise<Record<string, number>> {
  const empty = await bytesOfOpenWork(url);
  const startedAt = performance.now();
  const results = await hermod.sendMany(Array.from({ length: messages }, (_, index) => textOf(index)));
  const ms = performance.now() - startedAt;
  for (const result of results) if ("error" in result) throw result.error;
  const bytes = ((await bytesOfOpenWork(url)) - empty) / messages;
  return { bytesWaiting: bytes, enqueuedPerSecond: (messages / ms) * 1000 };
}

async function sendEach(hermod: Hermod, messages: number): Promise<void> {
  let next = 0;
  const send = async (): Promise<void> => {
    while (next < messages) {
      next += 1;
      await hermod.send(textOf(next, { priority: "normal" }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, send));
}

/** Counts the finals, of which nothing is removed while it lasts. */
async function untilFinal(url: string, count: number): Promise<void> {
  const redis = new Redis(url);
  const { keys } = await openInstallation(redis);
  const streams = Array.from({ length: keys.partitions }, (_, partition) =>
    keys.finals(partition, "default"),
  );
  const isOver = async () => {
    const lengths = await Promise.all(streams.map((stream) => redis.xlen(stream)));
    return lengths.reduce((sum, length) => sum + length, 0) >= count;
  };
  await waitUntil("all messages", isOver, { timeoutMs: 600_000, everyMs: 50 });
  redis.disconnect();
}

/**
 * What Redis did so far: its processor time in microseconds, how often it read from a connection, as it does once for each round trip,
 * and the commands it carried out, those of scripts included.
 */
async function countsOf(url: string): Promise<Readonly<Record<"cpuUs" | "reads" | "calls", number>>> {
  const redis = new Redis(url);
  const info = `${await redis.info("cpu")}${await redis.info("stats")}${await redis.info("commandstats")}`;
  redis.disconnect();
  const number = (name: string): number => Number(new RegExp(`${name}:([\\d.]+)`).exec(info)?.[1]);
  return {
    cpuUs: (number("used_cpu_user") + number("used_cpu_sys")) * 1e6,
    reads: number("total_reads_processed"),
    calls: [...info.matchAll(/^cmdstat_\S+:calls=(\d+)/gm)].reduce(
      (sum, [, calls]) => sum + Number(calls),
      0,
    ),
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
