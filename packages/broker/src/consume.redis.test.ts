import { waitUntil } from "@hermod/testing/wait";
import { expect, test } from "vitest";
import { DONE, openOrders } from "../test/await-orders.ts";
import { ACCOUNT, idOf } from "../test/samples.ts";

test("an order is handed over with the ids of its messages, and done is done", async () => {
  const { queues, work, reaches, errors, queue } = await openOrders();
  const ids = [idOf(1), idOf(2)];
  await queues.add("send", ACCOUNT, [{ jobId: "s-1", priority: "normal", ids }]);
  const seen: (readonly string[])[] = [];
  work(async (given) => {
    seen.push(given);
    return DONE;
  });
  await reaches("s-1", "completed");
  expect(seen).toEqual([ids]);
  expect((await queue.getJob("s-1"))?.returnvalue).toBe("done");
  expect(errors).toEqual([]);
});

test("an order to be tried again comes back after its time and spends no attempt of BullMQ's", async () => {
  const { add, work, reaches, errors, queue } = await openOrders();
  await add(1);
  const at: number[] = [];
  work(async () => {
    at.push(performance.now());
    return at.length <= 25 ? { kind: "retry", afterMs: at.length === 1 ? 300 : 0 } : DONE;
  });
  await reaches("s-1", "completed");
  const [first = 0, second = 0] = at;
  expect(second - first).toBeGreaterThanOrEqual(290);
  expect(at).toHaveLength(26);
  // Its completion counts as the first.
  expect((await queue.getJob("s-1"))?.attemptsMade).toBe(1);
  expect(errors).toEqual([]);
});

test("an order that throttles lets the queue rest for every worker, and comes back", async () => {
  const { add, work, reaches, errors, queue } = await openOrders();
  await add(1, 2, 3);
  const restMs = 600;
  const seen: { id: string | undefined; at: number }[] = [];
  let restedAt = 0;
  const handle = async ([id]: readonly string[]) => {
    seen.push({ id, at: performance.now() });
    if (seen.length > 1) return DONE;
    restedAt = performance.now();
    return { kind: "throttle", forMs: restMs } as const;
  };
  work(handle);
  await waitUntil("the first order to throttle", () => restedAt > 0);
  await waitUntil("it to be put back", async () => (await queue.getActiveCount()) === 0);
  work(handle);
  work(handle);
  for (const jobId of ["s-1", "s-2", "s-3"]) await reaches(jobId, "completed");
  const ids = seen.map(({ id }) => id);
  expect(ids.slice(0, 1)).toEqual([idOf(1)]);
  expect(ids.slice(1).toSorted()).toEqual([1, 2, 3].map(idOf));
  for (const { at } of seen.slice(1)) expect(at - restedAt).toBeGreaterThanOrEqual(restMs - 10);
  expect((await queue.getJob("s-1"))?.attemptsMade).toBe(1);
  expect(errors).toEqual([]);
});

test("a rest of no time at all is no endless loop", async () => {
  const { add, work, reaches } = await openOrders();
  await add(1);
  let runs = 0;
  work(async () => {
    runs += 1;
    return runs <= 3 ? { kind: "throttle", forMs: 0 } : DONE;
  });
  await reaches("s-1", "completed");
  expect(runs).toBe(4);
});

test("an order that can never be carried out is kept with our reason and no more", async () => {
  const { add, work, reaches, queue } = await openOrders();
  await add(1);
  let runs = 0;
  work(async () => {
    runs += 1;
    return { kind: "stop", reason: "in our words" };
  });
  await reaches("s-1", "failed");
  const job = await queue.getJob("s-1");
  expect(job?.failedReason).toBe("in our words");
  expect(job?.stacktrace).toEqual([]);
  expect(runs).toBe(1);
});

test("a handler that throws is reported, and its order comes back a second later, spending nothing", async () => {
  const { add, work, reaches, queue, errors, redis, keys } = await openOrders();
  await add(1);
  const bug = new Error("canary");
  const at: number[] = [];
  work((): Promise<never> => {
    at.push(performance.now());
    if (at.length === 1) throw bug;
    return Promise.reject("no error at all");
  });
  await waitUntil("the order to come back", () => at.length >= 2);
  const [first = 0, second = 0] = at;
  expect(second - first).toBeGreaterThanOrEqual(980);
  await reaches("s-1", "delayed");
  expect(errors.map((error) => error.message)).toEqual(["canary", "a handler threw what is no error"]);
  expect(errors[0]).toBe(bug);
  expect((await queue.getJob("s-1"))?.attemptsMade).toBe(0);
  const stored = await redis.hgetall(`${keys.queuePrefix}:send.${ACCOUNT}:s-1`);
  expect(JSON.stringify(stored)).not.toContain("canary");
});

test.for([
  { what: "an unknown version", data: { v: 2, ids: [idOf(1)] } },
  { what: "no ids", data: { v: 1, ids: [] } },
  { what: "private data", data: { v: 1, ids: ["+84836106872"], text: "canary-text" } },
  { what: "nothing", data: {} },
])("a job with $what is stopped without being worked at, and its data is not repeated", async ({ data }) => {
  const { work, reaches, queue, errors } = await openOrders();
  await queue.add("send", data, { jobId: "s-1", attempts: 3 });
  work(() => expect.unreachable("it was worked at"));
  await reaches("s-1", "failed");
  const { failedReason } = (await queue.getJob("s-1")) ?? {};
  expect(failedReason).toBe("the job data is not of a form that this version knows");
  expect(errors.map(({ message }) => message)).toEqual([failedReason]);
});
