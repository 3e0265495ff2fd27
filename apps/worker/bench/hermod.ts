import { type Hermod, openClient } from "@hermod/client";
import type { Priority } from "@hermod/core/message";
import { ENCRYPTION, startBench, textOf } from "./bench-account.ts";
import { costOfEach, spentBy } from "./costs.ts";
import { openFinalCount } from "./count-finals.ts";
import { bytesOfOpenWork } from "./redis-memory.ts";
import type { Figures } from "./rounds.ts";
import { followed, warmed } from "./warm-up.ts";

/** Calls that a producer has in flight. */
const AT_ONCE = 50;

interface Way {
  readonly messages: number;
  /** All by `sendMany` before the worker starts, or each in a call of `send` while it runs. */
  readonly way: "bulk" | "single";
  /** Lane of those that go by `sendMany`, and how many of them in a call; all of them when absent. */
  readonly lane?: Priority;
  readonly chunk?: number;
  readonly encrypted?: boolean;
  /** How many; one when absent. */
  readonly workers?: number;
  /** Of the workers and the poller, beside their own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Looks at Redis before anything is torn down. */
  readonly atEnd?: (redisUrl: string) => Promise<void>;
}

/** Asked about as soon as the naive worker asks. */
const CHECK = { minMs: 1000, maxMs: 1000 };

/**
 * Lets workers and the poller walk messages to their final states, as many as half of them before, so that what is measured is
 * processes that are warm, and as many after, which are sent meanwhile. The processor time of Node is theirs and, of single messages,
 * that of their producer.
 */
export async function measureHermod(
  url: string,
  {
    messages,
    way,
    lane = "bulk",
    chunk = Number.POSITIVE_INFINITY,
    encrypted = false,
    workers = 1,
    environment = {},
    atEnd = async () => {},
  }: Way,
): Promise<Figures> {
  await using bench = await startBench(url, { check: CHECK }, { encrypted, environment });
  const redisUrl = bench.redis.url;
  await using hermod = await openClient({ redisUrl, ...(encrypted ? { encryption: ENCRYPTION } : {}) });
  using finals = await openFinalCount(redisUrl);
  const [all, handedOver] = [warmed(messages), followed(messages)];
  const size = { messages: handedOver, lane, chunk: Math.min(chunk, handedOver) };
  const bulk = way === "bulk" ? await handOver(hermod, redisUrl, size) : {};
  const starting = Array.from({ length: workers }, () => bench.start("worker", environment));
  const pids = [bench.poller, ...(await Promise.all(starting))].map(({ pid }) => pid);
  const sending = way === "single" ? sendEach(hermod, handedOver) : undefined;
  await finals.until(all - messages);
  const before = { spent: await spentBy(pids, redisUrl), own: process.cpuUsage() };
  const startedAt = performance.now();
  await finals.until(all);
  const ms = performance.now() - startedAt;
  const own = process.cpuUsage(before.own);
  const producerUs = way === "single" ? own.user + own.system : 0;
  const spent = await spentBy(pids, redisUrl);
  const after = { ...spent, cpuUs: spent.cpuUs + producerUs };
  await sending;
  await atEnd(redisUrl);
  return {
    perSecond: (messages / ms) * 1000,
    ...costOfEach(before.spent, after, messages),
    ...bulk,
  };
}

/** Hands all messages over; how fast, and the memory that one takes until it is sent. */
async function handOver(
  hermod: Hermod,
  url: string,
  { messages, lane, chunk }: { readonly messages: number; readonly lane: Priority; readonly chunk: number },
): Promise<Figures> {
  const texts = Array.from({ length: messages }, (_, index) => textOf(index, { priority: lane }));
  const empty = await bytesOfOpenWork(url);
  const startedAt = performance.now();
  await atOnce(Math.ceil(messages / chunk), async (call) => {
    const results = await hermod.sendMany(texts.slice(call * chunk, (call + 1) * chunk));
    for (const result of results) if ("error" in result) throw result.error;
  });
  const ms = performance.now() - startedAt;
  const bytes = ((await bytesOfOpenWork(url)) - empty) / messages;
  return { bytesWaiting: bytes, enqueuedPerSecond: (messages / ms) * 1000 };
}

async function sendEach(hermod: Hermod, messages: number): Promise<void> {
  await atOnce(messages, async (index) => void (await hermod.send(textOf(index, { priority: "normal" }))));
}

/** Makes so many calls, some at the same time. */
async function atOnce(calls: number, call: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const goOn = async (): Promise<void> => {
    while (next < calls) {
      next += 1;
      await call(next - 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, goOn));
}
