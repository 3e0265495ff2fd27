import { MAX_IDS_PER_JOB } from "@hermod/core/job";
import type { Priority } from "@hermod/core/message";
import { expect, test } from "vitest";
import { DONE, openOrders } from "../test/await-orders.ts";
import { ACCOUNT, idOf } from "../test/samples.ts";
import { EVENTS_KEPT, queueName } from "./queues.ts";

test("an urgent order overtakes those that wait; within a lane the first comes first", async () => {
  const { queues, work, reaches } = await openOrders();
  const lanes: Priority[] = ["bulk", "bulk", "normal", "urgent", "normal", "urgent"];
  for (const [n, priority] of lanes.entries()) {
    await queues.add("send", ACCOUNT, [{ jobId: `s-${n}`, priority, ids: [idOf(n)] }]);
  }
  const seen: (string | undefined)[] = [];
  work(async ([id]) => {
    seen.push(id);
    return DONE;
  });
  await reaches("s-1", "completed");
  expect(seen).toEqual([3, 5, 2, 4, 0, 1].map(idOf));
});

test("adding the same order twice, in one call or in two, is one job with the first one's data", async () => {
  const { queues, queue, add } = await openOrders();
  await add(1, 1);
  await queues.add("send", ACCOUNT, [{ jobId: "s-1", priority: "urgent", ids: [idOf(2)] }]);
  expect(await queues.waiting("send", ACCOUNT)).toBe(1);
  expect((await queue.getJob("s-1"))?.data).toEqual({ v: 1, ids: [idOf(1)] });
});

test("an order that was carried out is not added again", async () => {
  const { queues, add, work, reaches } = await openOrders();
  await add(1);
  let runs = 0;
  work(async () => {
    runs += 1;
    return DONE;
  });
  await reaches("s-1", "completed");
  await add(1, 2);
  await reaches("s-2", "completed");
  expect(runs).toBe(2);
  expect(await queues.isLive("send", ACCOUNT, "s-1")).toBe(false);
});

test("a job holds the ids of its messages and nothing else, even a full one", async () => {
  const { queues, queue } = await openOrders();
  const ids = Array.from({ length: MAX_IDS_PER_JOB }, (_, n) => idOf(n));
  const order = { jobId: "s-1", priority: "bulk" as const, ids, text: "canary" };
  await queues.add("send", ACCOUNT, [order]);
  const job = await queue.getJob("s-1");
  expect(job?.data).toEqual({ v: 1, ids });
  expect(job?.name).toBe("send");
});

test("all jobs of a queue are kept by the same policy, whatever their lane", async () => {
  const { queues, queue } = await openOrders();
  const lanes: Priority[] = ["urgent", "normal", "bulk"];
  const orders = lanes.map((priority, n) => ({ jobId: `s-${n}`, priority, ids: [idOf(n)] }));
  await queues.add("send", ACCOUNT, orders);
  const jobs = await queue.getJobs();
  const policies = jobs.map(({ opts: { removeOnComplete, removeOnFail } }) => ({
    removeOnComplete,
    removeOnFail,
  }));
  expect(policies).toHaveLength(3);
  for (const policy of policies) {
    expect(policy).toEqual({
      removeOnComplete: { age: 86_400, count: 10_000 },
      removeOnFail: { age: 7 * 86_400 },
    });
  }
  // A job without a priority would go before all others.
  for (const { opts } of jobs) expect(opts.priority).toBeGreaterThanOrEqual(1);
});

test("an order is live while it waits, is worked at or is to come back, and not once it is over", async () => {
  const { queues, add, work, reaches } = await openOrders();
  const live = (): Promise<boolean> => queues.isLive("send", ACCOUNT, "s-1");
  expect(await live()).toBe(false);
  await add(1);
  expect(await live()).toBe(true);
  const during: boolean[] = [];
  const back = work(async () => {
    during.push(await live());
    return { kind: "retry", afterMs: 200 };
  });
  await reaches("s-1", "delayed");
  await back[Symbol.asyncDispose]();
  expect(await live()).toBe(true);
  work(async () => ({ kind: "stop", reason: "over" }));
  await reaches("s-1", "failed");
  expect(await live()).toBe(false);
  expect(during).toContain(true);
});

test("queues are told apart by account and kind", async () => {
  const { queues, add } = await openOrders();
  await add(1);
  expect(await queues.waiting("send", ACCOUNT)).toBe(1);
  expect(await queues.waiting("check", ACCOUNT)).toBe(0);
  expect(await queues.waiting("send", "other")).toBe(0);
  expect(await queues.isLive("check", ACCOUNT, "s-1")).toBe(false);
  expect(queueName("check", "webcom-main")).toBe("check.webcom-main");
});

test("the stream of events is bounded alike by whoever opens the queue, workers included", async () => {
  const { add, work, reaches, redis, keys } = await openOrders();
  await add(1);
  work(async () => DONE);
  await reaches("s-1", "completed");
  const kept = await redis.hget(`${keys.queuePrefix}:send.${ACCOUNT}:meta`, "opts.maxLenEvents");
  expect(Number(kept)).toBe(EVENTS_KEPT);
});
