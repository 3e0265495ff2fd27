/**
 * A million open messages over 50 accounts: how long a look of the planner takes at each of them, what Redis needs for one message
 * that waits, and how far behind the planner is while its budget suffices.
 */
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { dueFill } from "@hermod/broker/backlog";
import { connectRedis } from "@hermod/broker/connect";
import { openBroker } from "@hermod/broker/open-broker";
import { planChecks } from "@hermod/broker/plan-checks";
import { dueScore } from "@hermod/core/polling/due-score";
import { startRedis } from "@hermod/testing/redis";

const { values } = parseArgs({
  options: {
    messages: { type: "string", default: "1000000" },
    accounts: { type: "string", default: "50" },
    seconds: { type: "string", default: "60" },
  },
});
const messages = Number(values.messages);
const accounts = Number(values.accounts);
const BATCHES = [1, 32, 100];
const MAX_MS = 600_000;
/** A message that was just asked about comes again after its longest wait, so that all of them make up the load. */
const PER_SECOND = 200;

await using redis = await startRedis({ settings: { appendonly: "no", save: "" } });
await using link = await connectRedis(redis.url, "process");
const retention = () => ({ recordMs: 60_000, textMs: 0 });
await using broker = await openBroker(link, { partitions: 1, retention });
const { keys } = broker.installation;
const followed = Array.from({ length: accounts }, (_, index) => {
  const batch = BATCHES[index % BATCHES.length] ?? 1;
  return { name: `account-${index}`, batch, maxMs: MAX_MS, statusPerSecond: PER_SECOND, grouped: false };
});

/** Every planned order is as good as answered: its messages come again after their longest wait. */
const queues: typeof broker.queues = {
  ...broker.queues,
  waiting: async () => 0,
  async add(_kind, account, orders) {
    const dueAt = link.clock.now() + MAX_MS;
    const pipeline = link.redis.pipeline();
    for (const id of orders.flatMap(({ ids }) => ids)) {
      pipeline.zadd(keys.due(0, account), dueScore(dueAt, MAX_MS), id);
    }
    await pipeline.exec();
  },
};

const before = await usedBytes();
await fill();
const bytes = ((await usedBytes()) - before) / messages;

const took: number[] = [];
let oldestMs = 0;
let requests = 0;
const endsAt = performance.now() + Number(values.seconds) * 1000;
while (performance.now() < endsAt) {
  for (const account of followed) {
    const startedAt = performance.now();
    requests += await planChecks({ ...broker, queues }, link.clock, account);
    took.push(performance.now() - startedAt);
  }
}
for (const { name, batch } of followed) {
  const fill = await dueFill(link.redis, keys, name, link.clock.now(), 0, batch > 1 ? MAX_MS : 0);
  oldestMs = Math.max(oldestMs, fill.oldestMs);
}
// By Redis itself: what the script takes, however busy the machine is around it.
const [, scriptP99 = "?"] =
  /latency_percentiles_usec_evalsha:.*?p99=([\d.]+)/.exec(await link.redis.info("latencystats")) ?? [];
took.sort((a, b) => a - b);
const p99 = took[Math.floor(took.length * 0.99)] ?? Number.NaN;
console.table({
  "open messages": messages.toLocaleString("en"),
  "bytes of Redis for one that waits": bytes.toFixed(0),
  "looks of the planner": took.length.toLocaleString("en"),
  "a look, p50, ms": (took[Math.floor(took.length / 2)] ?? Number.NaN).toFixed(2),
  "a look, p99, ms": p99.toFixed(2),
  "a script, p99, ms (Redis)": (Number(scriptP99) / 1000).toFixed(2),
  "requests planned": requests.toLocaleString("en"),
  "oldest overdue, s": (oldestMs / 1000).toFixed(1),
});
process.exitCode = bytes <= 250 && p99 <= 50 ? 0 : 1;

/** Messages of every age: each has waited for a part of its gap. */
async function fill(): Promise<void> {
  const each = Math.floor(messages / accounts);
  for (const { name } of followed) {
    for (let done = 0; done < each; done += 5000) {
      const some = Array.from({ length: Math.min(5000, each - done) }, () => {
        const score = dueScore(link.clock.now() + Math.random() * MAX_MS, MAX_MS);
        return [score, randomBytes(13).toString("hex")] as const;
      });
      await link.redis.zadd(keys.due(0, name), ...some.flat());
    }
  }
}

async function usedBytes(): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await link.redis.info("memory"))?.[1]);
}
