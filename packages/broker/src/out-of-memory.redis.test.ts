import { startRedis } from "@hermod/testing/redis";
import { expect, onTestFinished, test } from "vitest";
import { accepted, begun, idOf, queued } from "../test/samples.ts";
import { connectRedis } from "./connect.ts";
import { openBroker } from "./open-broker.ts";

async function openOwn() {
  const server = await startRedis();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const link = await connectRedis(server.url, "process");
  onTestFinished(() => link[Symbol.asyncDispose]());
  const broker = await openBroker(link, {
    retention: () => ({ recordMs: 60_000, textMs: 0 }),
    partitions: 1,
  });
  onTestFinished(() => broker[Symbol.asyncDispose]());
  return { ...broker, redis: link.redis };
}

test("out of memory nothing new is taken or begun, and what already happened is written", async () => {
  const { store, pacer, queues, due, redis } = await openOwn();
  // It carries a code that `begin` removes: a deletion that comes first must not open the door for the rest.
  const waiting = { ...queued(1), code: "connect" };
  const sending = begun(queued(2));
  await store.create([waiting, sending]);
  await redis.config("SET", "maxmemory", "1");

  await expect(store.create([queued(3)])).rejects.toThrow(/OOM/);
  expect(await store.commit([{ before: waiting, after: begun(waiting) }])).toEqual([
    { kind: "failed", error: expect.objectContaining({ message: expect.stringMatching(/OOM/) }) },
  ]);
  await expect(
    queues.add("send", "a", [{ jobId: "s-1", priority: "normal", ids: [idOf(1)] }]),
  ).rejects.toThrow(/OOM/);
  const written = await store.commit([{ before: sending, after: accepted(sending), dueAt: 1 }], "always");
  expect(written).toMatchObject([{ kind: "committed", record: { state: "submitted" } }]);

  expect(await store.claimTimers(10, 1000)).toHaveLength(2);
  const claim = { batch: 1, maxMs: 1000, perSecond: 10, requests: 10, leaseMs: 1000, grouped: false };
  expect(await due.claim(sending.account, claim)).toEqual([[sending.id]]);
  expect(await due.take(sending.account, [sending.id], 1000)).toEqual([sending.id]);
  expect(await pacer.reserve("a", "status", 1, { perSecond: 10, mostAwayMs: 1000 })).toMatchObject({
    firstInMs: 0,
  });
  await pacer.rest("a", "status", 1000);
  expect(await store.load([idOf(1), idOf(2), idOf(3)])).toMatchObject([
    { record: waiting },
    { record: { state: "submitted" } },
    { kind: "missing" },
  ]);

  await redis.config("SET", "maxmemory", "0");
  expect(await store.commit([{ before: waiting, after: begun(waiting) }])).toMatchObject([
    { kind: "committed", record: { state: "sending" } },
  ]);
});
