import { expect, test } from "vitest";
import { openLink } from "../test/open-store.ts";
import { dueFill, redisMemory, timersFill } from "./backlog.ts";
import { openQueues } from "./queues.ts";

const AT = 1_750_000_000_000;
const OVERDUE_MS = 10_000;

test("an index is counted over all partitions, with the longest wait of any", async () => {
  const { redis, keys } = await openLink(3);
  await redis.zadd(keys.due(0, "main"), AT + 1, "later", AT, "now");
  await redis.zadd(keys.due(2, "main"), AT - 9000, "due", AT - 25_000, "overdue");
  await redis.zadd(keys.due(1, "other"), AT - 99_000, "another account's");
  const fill = { entries: 4, due: 3, overdue: 1, oldestMs: 25_000 };
  expect(await dueFill(redis, keys, "main", AT, OVERDUE_MS)).toEqual(fill);
});

test("an index in which nothing is due has no longest wait", async () => {
  const { redis, keys } = await openLink(2);
  const none = { entries: 0, due: 0, overdue: 0, oldestMs: 0 };
  expect(await timersFill(redis, keys, AT, OVERDUE_MS)).toEqual(none);
  await redis.zadd(keys.timers(1), AT + 5000, "later");
  expect(await timersFill(redis, keys, AT, OVERDUE_MS)).toEqual({ ...none, entries: 1 });
});

test("orders are counted by what becomes of them", async () => {
  const { redis, keys } = await openLink();
  await using queues = openQueues(redis, keys);
  const ids = ["0".repeat(26)];
  await queues.add("send", "main", [
    { jobId: "s-1", priority: "urgent", ids },
    { jobId: "s-2", priority: "bulk", ids },
  ]);
  expect(await queues.counts("send", "main")).toEqual({ waiting: 2, active: 0, delayed: 0, failed: 0 });
});

test("what Redis uses of its memory is told in bytes", async () => {
  const { redis } = await openLink();
  const { used, limit } = await redisMemory(redis);
  expect(used).toBeGreaterThan(100_000);
  expect(limit).toBeGreaterThanOrEqual(0);
});
