import { startRedis } from "@hermod/testing/redis";
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import type { Figures } from "./main.ts";
import { bytesOfOpenWork } from "./redis-memory.ts";

const AT_ONCE = 500;
const CONCURRENCY = 50;

/**
 * What BullMQ alone does on a Redis like Hermod's: adds jobs in bulk, and works at them with a function that
 * does nothing.
 */
export async function measureBullmq(count: number): Promise<Figures> {
  await using redis = await startRedis();
  const connection = new Redis(redis.url, { maxRetriesPerRequest: null });
  const queue = new Queue("bare", { connection });
  await queue.waitUntilReady();
  const empty = await bytesOfOpenWork(redis.url);
  const began = performance.now();
  for (let start = 0; start < count; start += AT_ONCE) {
    const jobs = Array.from({ length: AT_ONCE }, (_, index) => {
      const id = `m-${String(start + index).padStart(24, "0")}`;
      return { name: "send", data: { v: 1, ids: [id] }, opts: { jobId: id, removeOnComplete: true } };
    });
    await queue.addBulk(jobs);
  }
  const enqueuedMs = performance.now() - began;
  const bytesWaiting = ((await bytesOfOpenWork(redis.url)) - empty) / count;

  const worked = performance.now();
  const done = Promise.withResolvers<void>();
  let completed = 0;
  const blocking = connection.duplicate();
  const worker = new Worker("bare", async () => "done", { connection: blocking, concurrency: CONCURRENCY });
  worker.on("completed", () => {
    completed += 1;
    if (completed === count) done.resolve();
  });
  await done.promise;
  const walkedMs = enqueuedMs + performance.now() - worked;
  await worker.close();
  await queue.close();
  for (const open of [blocking, connection]) open.disconnect();
  return {
    enqueuedPerSecond: (count / enqueuedMs) * 1000,
    walkedPerSecond: (count / walkedMs) * 1000,
    bytesWaiting,
  };
}
