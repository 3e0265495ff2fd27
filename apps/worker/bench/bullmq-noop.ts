import { parseArgs } from "node:util";
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { warmed } from "./warm-up.ts";

/** What BullMQ alone does: a job for each message with nothing but its id, and a worker that does nothing. */
const CONCURRENCY = 50;

const { values } = parseArgs({ options: { redis: { type: "string" }, messages: { type: "string" } } });
const messages = Number(values.messages);
const connection = new Redis(values.redis ?? "", { maxRetriesPerRequest: null });
const queue = new Queue("noop", { connection });
await queue.waitUntilReady();
const all = warmed(messages);
let startCpu = process.cpuUsage();
let startedAt = performance.now();

const done = Promise.withResolvers<void>();
let completed = 0;
const blocking = connection.duplicate();
const worker = new Worker(
  "noop",
  async () => {
    completed += 1;
    if (completed === all - messages) {
      startCpu = process.cpuUsage();
      startedAt = performance.now();
    }
    if (completed === all) done.resolve();
  },
  { connection: blocking, concurrency: CONCURRENCY },
);
let next = 0;
async function add(): Promise<void> {
  while (next < all) {
    next += 1;
    const id = `m-${next}`;
    await queue.add("send", { v: 1, ids: [id] }, { jobId: id, removeOnComplete: true });
  }
}
await Promise.all(Array.from({ length: CONCURRENCY }, add));
await done.promise;
const ms = performance.now() - startedAt;
const { user, system } = process.cpuUsage(startCpu);
console.log(JSON.stringify({ perSecond: (messages / ms) * 1000, cpuUs: (user + system) / messages }));
await worker.close();
await queue.close();
for (const open of [blocking, connection]) open.disconnect();
