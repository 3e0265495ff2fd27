import { parseArgs } from "node:util";
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { followed, warmed } from "./warm-up.ts";

/**
 * The usual way: a job for each message, which sends it by `fetch`, notes that in a hash and adds a delayed job, which asks for the
 * status a second later.
 */
const CONCURRENCY = 50;
const ASK_AFTER_MS = 1000;

const { values } = parseArgs({
  options: { redis: { type: "string" }, url: { type: "string" }, messages: { type: "string" } },
});
const messages = Number(values.messages);
const connection = new Redis(values.redis ?? "", { maxRetriesPerRequest: null });
const sends = new Queue("naive-send", { connection });
const checks = new Queue("naive-check", { connection });
const options = { removeOnComplete: true };
const headers = { "content-type": "text/json; charset=utf-8" };

async function post(path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(values.url + path, { method: "POST", headers, body: JSON.stringify(body) });
  return await answer.json();
}

const all = warmed(messages);
let startCpu = process.cpuUsage();
let startedAt = performance.now();
const done = Promise.withResolvers<void>();
let final = 0;
const workers = [
  new Worker(
    "naive-send",
    async ({ data: { id, text } }) => {
      const message = [{ type_send_1: "sms", sender: "Bench", text, phones: [{ phone: 84836106872 }] }];
      const answer = (await post("/json", { token: "bench", message })) as {
        information: { id_sms: string };
      };
      await connection.hset(`naive:${id}`, { state: "submitted", providerId: answer.information.id_sms });
      const check = { id, providerId: answer.information.id_sms };
      await checks.add("check", check, { ...options, delay: ASK_AFTER_MS });
    },
    { connection: connection.duplicate(), concurrency: CONCURRENCY },
  ),
  new Worker(
    "naive-check",
    async ({ data: { id, providerId } }) => {
      await post("/json/state.php", [{ token: "bench", id_sms: Number(providerId), detail: 1 }]);
      await connection.hset(`naive:${id}`, { state: "delivered" });
      final += 1;
      if (final === all - messages) {
        startCpu = process.cpuUsage();
        startedAt = performance.now();
      }
      if (final === all) done.resolve();
    },
    { connection: connection.duplicate(), concurrency: CONCURRENCY },
  ),
];
let next = 0;
async function add(): Promise<void> {
  while (next < followed(messages)) {
    next += 1;
    await sends.add("send", { id: `m-${next}`, text: "x".repeat(100) }, options);
  }
}
const adding = Promise.all(Array.from({ length: CONCURRENCY }, add));
await done.promise;
const ms = performance.now() - startedAt;
const { user, system } = process.cpuUsage(startCpu);
console.log(JSON.stringify({ perSecond: (messages / ms) * 1000, cpuUs: (user + system) / messages }));
await adding;
await Promise.all(workers.map((worker) => worker.close()));
await Promise.all([sends.close(), checks.close()]);
process.exit(0);
