import { setTimeout as delay } from "node:timers/promises";
import { mulberry32 } from "@hermod/simulator/random";
import { startScript } from "@hermod/testing/app-process";
import { startRedis } from "@hermod/testing/redis";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { openCrew } from "./crew.ts";
import { openCuttingRelay } from "./cutting-relay.ts";
import { type NaiveJob, naiveQueue } from "./naive-queue.ts";
import { rage } from "./nemesis.ts";
import { startProviders } from "./providers.ts";
import { inputOf, type Row, rowsOf } from "./rows.ts";
import { type ChaosOptions, writeConfig } from "./run.ts";
import { tagOf } from "./tag.ts";
import { FREEZE_MS, TIMES } from "./times.ts";
import { truthAt } from "./verdict.ts";

/** What a naive worker made of the same faults: how often the messages of a row were taken. */
export interface NaiveCounts {
  readonly row: Row;
  readonly once: number;
  readonly more: number;
  readonly most: number;
  readonly lost: number;
  /** Its job says that it went well. */
  readonly silentlyLost: number;
  /** Its job says that it failed for good. */
  readonly failedButTaken: number;
}

const WORKERS = 3;
const ATTEMPTS = { attempts: 10, backoff: { type: "exponential", delay: 100, jitter: 0.2 } } as const;
const CONVERGES_MS = 150_000;

/** The same providers, the same kills, the same messages, and a worker that relies on BullMQ's attempts alone. */
export async function runNaive(options: ChaosOptions): Promise<NaiveCounts[]> {
  const { seed, seconds, messages } = options;
  const durationMs = seconds * 1000;
  // It knows no routes.
  const rows = rowsOf(options.providers).filter(({ route }) => route.length === 1);
  await using stack = new AsyncDisposableStack();
  const providers = await startProviders(options.providers, { ...TIMES, seed, durationMs }, stack);
  const redis = stack.use(await startRedis());
  const relay = stack.use(await openCuttingRelay(redis.url));
  const env = {
    REDIS_URL: relay.url,
    HERMOD_CONFIG: await writeConfig(providers, durationMs, stack),
  };
  const script = new URL("naive-worker.ts", import.meta.url);
  const start = () => startScript(script, { env, untilStarted: false });
  const crew = stack.use(openCrew([{ kind: "worker", count: WORKERS, start }]));

  // The producer is not what is measured: it speaks to Redis directly, and each job has an id of its own.
  const connection = new Redis(redis.url, { maxRetriesPerRequest: null });
  stack.defer(() => connection.disconnect());
  connection.on("error", () => {});
  const queues = new Map(
    options.providers.map((name) => [name, new Queue<NaiveJob>(naiveQueue(name), { connection })] as const),
  );
  for (const queue of queues.values()) queue.on("error", () => {});
  const produced = produceJobs(rows, messages, durationMs, async (row, job) => {
    await queues.get(row.route[0] ?? "webcom")?.add("send", job, { jobId: job.tag, ...ATTEMPTS });
  });
  const over = AbortSignal.timeout(durationMs);
  await rage({ crew, relay, redis, chance: mulberry32(seed), freezeMs: FREEZE_MS }, over);
  for (const provider of providers) provider.behave();
  await produced;
  await untilIdle([...queues.values()]);
  const truthOf = truthAt(providers);
  const idsOf = async (state: "completed" | "failed") => {
    const jobs = await Promise.all([...queues.values()].map((queue) => queue.getJobs([state])));
    return new Set(jobs.flat().map(({ id }) => id));
  };
  const [done, failed] = [await idsOf("completed"), await idsOf("failed")];
  return rows.map((row) => {
    const tags = Array.from({ length: messages }, (_, index) => tagOf(row, index));
    const taken = (tag: string): number => truthOf(tag).taken.length;
    const copies = tags.map(taken);
    return {
      row,
      once: copies.filter((count) => count === 1).length,
      more: copies.filter((count) => count > 1).length,
      most: Math.max(...copies),
      lost: copies.filter((count) => count === 0).length,
      silentlyLost: tags.filter((tag) => done.has(tag) && taken(tag) === 0).length,
      failedButTaken: tags.filter((tag) => failed.has(tag) && taken(tag) > 0).length,
    };
  });
}

async function produceJobs(
  rows: readonly Row[],
  messages: number,
  durationMs: number,
  add: (row: Row, job: NaiveJob) => Promise<void>,
): Promise<void> {
  let reference = 0;
  for (let index = 0; index < messages; index += 1) {
    for (const row of rows) {
      const tag = tagOf(row, index);
      const { to, content } = inputOf(row, tag, 600_000);
      await add(row, { tag, to, content, reference: ++reference });
    }
    await delay(durationMs / messages);
  }
}

async function untilIdle(queues: readonly Queue[]): Promise<void> {
  const deadline = performance.now() + CONVERGES_MS;
  while (performance.now() < deadline) {
    const counts = await Promise.all(
      queues.map((queue) => queue.getJobCountByTypes("active", "waiting", "prioritized", "delayed")),
    );
    if (counts.every((count) => count === 0)) return;
    await delay(500);
  }
}
