import { connect } from "node:net";
import { isolatedRedis } from "@hermod/testing/isolated-redis";
import { waitUntil } from "@hermod/testing/wait";
import { expect, onTestFinished, test } from "vitest";
import { openLink, openStore } from "../test/open-store.ts";
import { ACCOUNT, accepted, begun, CANARIES, ENCRYPTIONS, idOf, queued, reported } from "../test/samples.ts";
import { openInstallation } from "./installation.ts";
import { type Observer, openObserver } from "./observe.ts";
import type { RecordStore } from "./record-store.ts";

/** Somebody who looks at what is written by `store`, and holds no key. */
async function observed(partitions = 1, encryption: (typeof ENCRYPTIONS)["first"] | undefined = undefined) {
  const { url, namespace } = isolatedRedis();
  const { store, redis, link } = await openStore({
    partitions,
    ...(encryption === undefined ? {} : { encryption }),
    namespace,
  });
  await openInstallation(redis, namespace, partitions);
  const observer = await openObserver(link, { namespace });
  onTestFinished(() => observer[Symbol.asyncDispose]());
  return { store, redis, link, observer, namespace, url };
}

/** Writes a message that was taken by the provider. */
async function storeAccepted(store: RecordStore, n: number): Promise<void> {
  const before = queued(n);
  await store.create([before]);
  await store.commit([{ before, after: accepted(begun(before)) }]);
}

/** What Redis is told from now on, a line each. */
async function commandsOf(url: string): Promise<() => string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).setEncoding("utf8");
  onTestFinished(() => void socket.destroy());
  let text = "";
  socket.on("data", (more) => {
    text += more;
  });
  socket.write("MONITOR\r\n");
  await waitUntil("Redis to begin", () => text.startsWith("+OK"));
  return () => text;
}

async function loaded(observer: Observer, n: number) {
  const seen = await observer.records.load(idOf(n));
  if (seen.kind !== "record") throw new Error(seen.kind);
  return seen.record;
}

test("whoever looks on sees where a sealed record stands without its key, and nothing private", async () => {
  const { store, observer } = await observed(1, ENCRYPTIONS.first);
  await storeAccepted(store, 1);
  const record = await loaded(observer, 1);
  expect(record).toMatchObject({
    id: idOf(1),
    state: "submitted",
    attempts: [{ n: 1, account: ACCOUNT, verdict: "accepted", providerId: "P" }],
  });
  expect(record).not.toHaveProperty("to");
  expect(record).not.toHaveProperty("content");
  expect(record).not.toHaveProperty("bodyHash");
});

test("of a record that is not sealed, the number and the text do not even leave Redis", async () => {
  const { store, observer, redis, namespace, url } = await observed();
  await storeAccepted(store, 1);
  const asked = await commandsOf(url);
  const record = await loaded(observer, 1);
  const standings = await observer.records.standings([idOf(1)]);
  await redis.echo(`${namespace} done`);
  expect(JSON.stringify([record, standings])).not.toMatch(
    new RegExp(`${CANARIES.text}|${CANARIES.otp}|${CANARIES.number.slice(1)}`),
  );
  await waitUntil("Redis to tell of all", () => asked().includes(`${namespace} done`));
  const reading = asked()
    .split("\n")
    .filter((line) => line.includes(`${namespace}:0}:m:${idOf(1)}`));
  expect(reading).toHaveLength(2);
  for (const line of reading) expect(line).toMatch(/"hmget"(?!.*"(to|c|bh)")/i);
});

test("a message that is not there is missing; one of another layout is told as such and left out of lists", async () => {
  const { store, observer, redis, namespace } = await observed();
  await store.create([queued(1), queued(2)]);
  await redis.hset(`{${namespace}:0}:m:${idOf(2)}`, "w", "99");
  expect(await observer.records.load(idOf(3))).toEqual({ kind: "missing" });
  expect(await observer.records.load(idOf(2))).toEqual({ kind: "unreadable", why: "another layout" });
  const standings = await observer.records.standings([1, 2, 3].map(idOf));
  expect(standings.map(({ id }) => id)).toEqual([idOf(1)]);
});

test("open messages of all partitions are found, and final ones are not", async () => {
  const { store, observer } = await observed(4);
  await store.create(Array.from({ length: 40 }, (_, n) => queued(n)));
  const final = accepted(begun(queued(0)));
  await store.commit([{ before: queued(0), after: reported(final) }]);
  const { ids, isAll } = await observer.sampleOpen(100);
  expect(isAll).toBe(true);
  expect([...ids].sort()).toEqual(Array.from({ length: 39 }, (_, n) => idOf(n + 1)).sort());
});

test("of more open messages than asked for, so many different ones are taken from everywhere", async () => {
  const { store, observer } = await observed(2);
  await store.create(Array.from({ length: 400 }, (_, n) => queued(n)));
  const { ids, isAll } = await observer.sampleOpen(50);
  expect(isAll).toBe(false);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThanOrEqual(48);
  expect(ids.length).toBeLessThanOrEqual(50);
});

test("whoever looks before the first worker has started finds what that one fixes", async () => {
  const { namespace } = isolatedRedis();
  const { link, redis } = await openLink();
  const observer = await openObserver(link, { namespace });
  onTestFinished(() => observer[Symbol.asyncDispose]());
  await openInstallation(redis, namespace, 8);
  const { store } = await openStore({ partitions: 8, namespace });
  await store.create(Array.from({ length: 20 }, (_, n) => queued(n)));
  await observer.accounts();
  expect((await observer.sampleOpen(100)).ids).toHaveLength(20);
});
