import { waitUntil } from "@hermod/testing/wait";
import { expect, test } from "vitest";
import { DONE, openOrders } from "../test/await-orders.ts";
import { ACCOUNT } from "../test/samples.ts";

/** A handler that holds its order until the test lets it go, and shows the signal it was given. */
function holding() {
  const released = Promise.withResolvers<void>();
  const signals: AbortSignal[] = [];
  return {
    signals,
    release: () => released.resolve(),
    handle: async (_ids: readonly string[], signal: AbortSignal) => {
      signals.push(signal);
      await released.promise;
      return DONE;
    },
  };
}

test("disposal waits for the order in hand and takes no further one", async () => {
  const { add, work, queue } = await openOrders();
  await add(1, 2);
  const { handle, signals, release } = holding();
  const worker = work(handle);
  await waitUntil("the order to be in hand", () => signals.length === 1);
  let disposed = false;
  const disposal = worker[Symbol.asyncDispose]().then(() => {
    disposed = true;
  });
  // Long enough for a disposal that does not wait.
  await queue.getJobCounts();
  await queue.getJobCounts();
  expect(disposed).toBe(false);
  release();
  await disposal;
  expect(await queue.getJobState("s-1")).toBe("completed");
  expect(await queue.getJobState("s-2")).toBe("prioritized");
  expect(signals).toHaveLength(1);
});

test("disposing twice is harmless", async () => {
  const { work } = await openOrders();
  const worker = work(async () => DONE);
  await worker[Symbol.asyncDispose]();
  await worker[Symbol.asyncDispose]();
});

test("the end of the process aborts the signal of every order in hand", async () => {
  const { add, work } = await openOrders();
  await add(1, 2);
  const stopping = new AbortController();
  const { handle, signals, release } = holding();
  work(handle, { stopping: stopping.signal, concurrency: 2 });
  await waitUntil("both orders to be in hand", () => signals.length === 2);
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
  stopping.abort();
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  release();
});

test("an order whose lock is lost has its signal aborted, the others not", async () => {
  const { add, work, redis, keys, errors } = await openOrders();
  await add(1, 2);
  const { handle, signals, release } = holding();
  work(handle, { concurrency: 2, lockMs: 1000 });
  await waitUntil("both orders to be in hand", () => signals.length === 2);
  await redis.set(`${keys.queuePrefix}:send.${ACCOUNT}:s-1:lock`, "another worker");
  await waitUntil("the loss to be noticed", () => signals.some(({ aborted }) => aborted));
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  release();
  await waitUntil("the refused result to be told", () => errors.some(({ message }) => /s-1/.test(message)));
});

test("an order in hand for longer than its lock keeps it", async () => {
  const { add, work, redis, keys, reaches, errors } = await openOrders();
  await add(1);
  const { handle, signals, release } = holding();
  work(handle, { lockMs: 400, stalledMs: 200 });
  await waitUntil("the order to be in hand", () => signals.length === 1);
  const lock = `${keys.queuePrefix}:send.${ACCOUNT}:s-1:lock`;
  const began = performance.now();
  await waitUntil("three times the lock's life to pass", async () => {
    expect(await redis.pttl(lock)).toBeGreaterThan(0);
    return performance.now() - began > 1200;
  });
  release();
  await reaches("s-1", "completed");
  expect(signals).toHaveLength(1);
  expect(errors).toEqual([]);
});

/** As many as a rolling restart of a large installation may bring in a row. */
const RESTARTS = 19;

test("the order of a worker that died goes to another one, again and again", async () => {
  const { add, work, redis, keys, reaches } = await openOrders();
  await add(1);
  let runs = 0;
  const lock = `${keys.queuePrefix}:send.${ACCOUNT}:s-1:lock`;
  const frozen = Promise.withResolvers<void>();
  // Each run loses its lock as a killed worker would, more often than BullMQ would suffer by itself.
  work(
    async () => {
      runs += 1;
      if (runs > RESTARTS) return DONE;
      await redis.del(lock);
      await frozen.promise;
      return DONE;
    },
    { concurrency: RESTARTS + 1, lockMs: 60_000, stalledMs: 100 },
  );
  await reaches("s-1", "completed");
  expect(runs).toBe(RESTARTS + 1);
  frozen.resolve();
});
