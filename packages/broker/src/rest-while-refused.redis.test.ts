import { setTimeout } from "node:timers/promises";
import { startRedis } from "@hermod/testing/redis";
import { waitUntil } from "@hermod/testing/wait";
import { Redis } from "ioredis";
import { expect, onTestFinished, test } from "vitest";
import { ACCOUNT, idOf } from "../test/samples.ts";
import { connectRedis } from "./connect.ts";
import { consume } from "./consume.ts";
import { openBroker } from "./open-broker.ts";

async function openWorking() {
  const server = await startRedis();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const link = await connectRedis(server.url, "process");
  onTestFinished(() => link[Symbol.asyncDispose]());
  const retention = () => ({ recordMs: 60_000, textMs: 0 });
  const broker = await openBroker(link, { retention, partitions: 1 });
  onTestFinished(() => broker[Symbol.asyncDispose]());
  const operator = new Redis(server.url);
  onTestFinished(() => void operator.disconnect());
  const errors: Error[] = [];
  const taken: string[] = [];
  const done: string[] = [];
  const open = Promise.withResolvers<void>();
  const worker = consume({
    redis: link.another(),
    keys: broker.installation.keys,
    kind: "send",
    account: ACCOUNT,
    handle: async ([id = ""]) => {
      taken.push(id);
      await open.promise;
      done.push(id);
      return { kind: "done" };
    },
    concurrency: 2,
    lockMs: 5000,
    stalledMs: 1000,
    stopping: new AbortController().signal,
    onError: (error) => errors.push(error),
  });
  onTestFinished(() => worker[Symbol.asyncDispose]());
  const add = (n: number) =>
    broker.queues.add("send", ACCOUNT, [{ jobId: `s-${n}`, priority: "normal", ids: [idOf(n)] }]);
  return { operator, errors, taken, done, add, open: () => open.resolve() };
}

/** How long the fault lasts: unpaused, BullMQ asks a thousand times in that time. */
const FAULT_MS = 1500;

const FAULTS: readonly [string, (redis: Redis) => Promise<unknown>, (redis: Redis) => Promise<unknown>][] = [
  ["is a replica", (redis) => redis.replicaof("127.0.0.1", 1), (redis) => redis.replicaof("NO", "ONE")],
  [
    "misses its replicas",
    (redis) => redis.config("SET", "min-replicas-to-write", "1"),
    (redis) => redis.config("SET", "min-replicas-to-write", "0"),
  ],
];

test.for(FAULTS)(
  "while Redis %s a worker rests instead of storming it, and goes on by itself",
  async ([, begin, end]) => {
    const { operator, errors, taken, done, add, open } = await openWorking();
    for (const n of [1, 2, 3]) await add(n);
    await waitUntil("two orders in hand", () => taken.length === 2);
    await begin(operator);
    // The third, which waits, is what makes the worker ask again and again.
    open();
    await setTimeout(FAULT_MS);
    expect(errors.length).toBeLessThan(20);
    await end(operator);
    await waitUntil("the orders to be worked at", () => new Set(done).size === 3, { timeoutMs: 15_000 });
  },
);
