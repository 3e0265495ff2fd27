import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { isolatedRedis } from "@hermod/testing/isolated-redis";
import { startRedis } from "@hermod/testing/redis";
import { waitUntil } from "@hermod/testing/wait";
import type { Redis } from "ioredis";
import { expect, onTestFinished, test } from "vitest";
import { openStore } from "../test/open-store.ts";
import { accepted, begun, idOf, queued, reported } from "../test/samples.ts";
import { connectRedis } from "./connect.ts";
import { openFinalSignal } from "./final-signal.ts";
import { keysOf } from "./keys.ts";

async function openWatching() {
  const opened = await openStore();
  const listening: Redis = opened.link.another();
  const signal = openFinalSignal(listening, opened.keys);
  // Its first connection would wake the watchers as well.
  await listening.ping();
  return { ...opened, listening, signal };
}

function counter() {
  const counted = {
    calls: 0,
    wake: () => {
      counted.calls += 1;
    },
  };
  return counted;
}

test("a watcher is woken when its message becomes final, and by nothing else", async () => {
  const { signal, store } = await openWatching();
  const [mine, other] = [counter(), counter()];
  await using _one = await signal.watch(idOf(1), mine.wake);
  await using _two = await signal.watch(idOf(2), other.wake);
  const record = begun(queued(1));
  await store.create([record, begun(queued(2))]);
  const [submitted] = await store.commit([{ before: record, after: accepted(record) }]);
  if (submitted?.kind !== "committed") throw new Error("the commit failed");
  const final = reported(submitted.record);
  await store.commit([{ before: submitted.record, after: final }]);
  await waitUntil("the watcher to be woken", () => mine.calls > 0);
  expect([mine.calls, other.calls]).toEqual([1, 0]);
});

test("every watcher of a message is woken, and one that ended is not", async () => {
  const { signal, redis, keys } = await openWatching();
  const [ended, stays] = [counter(), counter()];
  const first = await signal.watch(idOf(1), ended.wake);
  await using _ = await signal.watch(idOf(1), stays.wake);
  await first[Symbol.asyncDispose]();
  await first[Symbol.asyncDispose]();
  await redis.publish(keys.finalChannel(idOf(1)), "1");
  await waitUntil("the watcher to be woken", () => stays.calls > 0);
  expect([ended.calls, stays.calls]).toEqual([0, 1]);
});

test("the last watcher to end ends the subscription, and a later one subscribes anew", async () => {
  const { signal, redis, keys } = await openWatching();
  const channel = keys.finalChannel(idOf(1));
  const subscribers = async (): Promise<unknown> => (await redis.pubsub("NUMSUB", channel))[1];
  const watch = await signal.watch(idOf(1), () => {});
  expect(Number(await subscribers())).toBe(1);
  const ending = watch[Symbol.asyncDispose]();
  const again = counter();
  await using _ = await signal.watch(idOf(1), again.wake);
  await ending;
  expect(Number(await subscribers())).toBe(1);
  await redis.publish(channel, "1");
  await waitUntil("the second watcher to be woken", () => again.calls > 0);
  await _[Symbol.asyncDispose]();
  await waitUntil("the subscription to end", async () => Number(await subscribers()) === 0);
});

test("after its connection was killed a watcher is woken to look again, each time", async () => {
  const { signal, redis, keys, listening } = await openWatching();
  const channel = keys.finalChannel(idOf(1));
  // Whoever is woken looks at once; from then on the connection must listen.
  const listeners: Promise<unknown[]>[] = [];
  await using _ = await signal.watch(idOf(1), () => void listeners.push(redis.pubsub("NUMSUB", channel)));
  for (let round = 1; round <= 5; round += 1) {
    await redis.client("KILL", "ID", await clientId(redis, listening));
    await waitUntil("the watcher to be woken", () => listeners.length === round);
    expect(await listeners.at(-1)).toEqual([channel, 1]);
  }
});

async function clientId(redis: Redis, listening: Redis): Promise<number> {
  const { localPort } = listening.stream as unknown as { localPort: number };
  const list = String(await redis.client("LIST"));
  const line = list.split("\n").find((text) => text.includes(`addr=127.0.0.1:${localPort} `));
  return Number(/^id=(\d+)/.exec(line ?? "")?.[1]);
}

test("on a slow way to Redis a watcher is not woken before its connection listens again", async () => {
  const { redis, keys, link } = await openWatching();
  const { port, cut } = await slowWay(50);
  const listening = link.another({ host: "127.0.0.1", port });
  const signal = openFinalSignal(listening, keys);
  await listening.ping();
  const channel = keys.finalChannel(idOf(1));
  const listeners: Promise<unknown[]>[] = [];
  await using _ = await signal.watch(idOf(1), () => void listeners.push(redis.pubsub("NUMSUB", channel)));
  cut();
  await waitUntil("the loss to be noticed", async () => (await redis.pubsub("NUMSUB", channel))[1] === 0);
  await waitUntil("the watcher to be woken", () => listeners.length === 1);
  expect(await listeners[0]).toEqual([channel, 1]);
});

/** A way to the Redis of the run on which everything that is sent is late. */
async function slowWay(lateMs: number): Promise<{ port: number; cut: () => void }> {
  const target = new URL(isolatedRedis().url);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) sockets.add(socket.on("error", () => {}));
    near.on("data", (bytes) => setTimeout(() => far.write(bytes), lateMs)).on("close", () => far.destroy());
    far.pipe(near);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    cut();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, cut };
}

test("ending a watch does not wait for a Redis that is away", async () => {
  const server = await startRedis();
  onTestFinished(() => server[Symbol.asyncDispose]());
  await using link = await connectRedis(server.url, "process");
  const listening = link.another();
  const signal = openFinalSignal(listening, keysOf());
  const watch = await signal.watch(idOf(1), () => {});
  await server.kill();
  await waitUntil("the loss to be noticed", () => listening.status !== "ready");
  await watch[Symbol.asyncDispose]();
});
