import { lookAtGroups } from "@hermod/broker/final-groups";
import { startRedis } from "@hermod/testing/redis";
import { waitUntil } from "@hermod/testing/wait";
import { expect, onTestFinished, test } from "vitest";
import { type Announced, message, openAnnounced } from "../test/announced.ts";
import { killConsumers } from "../test/killed-consumers.ts";
import type { FinalsOptions } from "./finals.ts";

const SHOP = { producer: "shop", group: "billing" } as const;

async function open(options = {}): Promise<Announced> {
  const announced = await openAnnounced(options);
  onTestFinished(() => announced[Symbol.asyncDispose]());
  return announced;
}

/** Sends so many messages and lets them become final. */
async function ended({ hermod, deliver }: Announced, count: number, producer = "shop"): Promise<string[]> {
  const results = await hermod.sendMany(Array.from({ length: count }, () => message({ producer })));
  const ids = results.map((result) => ("id" in result ? result.id : ""));
  for (const id of ids) await deliver(id);
  return ids.toSorted();
}

/** A consumer that runs until it is stopped. */
function running({ hermod }: Announced, options: Partial<FinalsOptions> = {}) {
  const over = new AbortController();
  const ids: string[] = [];
  const run = async (): Promise<void> => {
    for await (const { id } of hermod.finals({ ...SHOP, ...options, signal: over.signal })) ids.push(id);
  };
  const ran = run().catch((error: unknown) => {
    if (!over.signal.aborted) throw error;
  });
  const stop = async (): Promise<void> => {
    over.abort();
    await ran;
  };
  return { ids, stop };
}

/** What a consumer saw when nobody of its group has anything to do any more. */
async function consumed(announced: Announced, options: Partial<FinalsOptions> = {}): Promise<string[]> {
  const consumer = running(announced, options);
  const { group } = { ...SHOP, ...options };
  await waitUntil("all to be consumed", async () => (await waitingOf(announced, group)) === 0);
  await consumer.stop();
  return consumer.ids.toSorted();
}

/** Undefined as long as there is no such group. */
async function waitingOf({ link, broker }: Announced, group: string): Promise<number | undefined> {
  const groups = await lookAtGroups(link.redis, broker.installation.keys, 1_000_000, 0);
  return groups.find((one) => one.group === group)?.waiting;
}

test("each final of a producer is seen once by each group, and tells nothing private", async () => {
  const announced = await open();
  const ids = await ended(announced, 20);
  await ended(announced, 3, "other");
  expect(await consumed(announced)).toEqual(ids);
  expect(await consumed(announced, { group: "audit" })).toEqual(ids);
  const more = await ended(announced, 5);
  expect(await consumed(announced)).toEqual(more);
  const third = announced.hermod.finals({ ...SHOP, group: "third" });
  const { value: first } = await third.next();
  await third.return?.();
  expect(first).toMatchObject({ producer: "shop", account: "templates", state: "delivered", final: true });
  expect(JSON.stringify(first)).not.toMatch(/836106872|123456/);
});

test("the consumers of a group share its finals", async () => {
  const announced = await open();
  const ids = await ended(announced, 200);
  const consumers = [running(announced), running(announced)];
  await waitUntil(
    "all to be consumed",
    () => consumers.reduce((sum, { ids: own }) => sum + own.length, 0) >= 200,
  );
  await Promise.all(consumers.map(({ stop }) => stop()));
  expect(consumers.flatMap(({ ids: own }) => own).toSorted()).toEqual(ids);
});

test("a group that begins now sees nothing of before", async () => {
  const announced = await open();
  await ended(announced, 5);
  const late = running(announced, { group: "late", from: "now" });
  await waitUntil("the group", async () => (await waitingOf(announced, "late")) === 0);
  const later = await ended(announced, 3);
  await waitUntil("the later ones", () => late.ids.length === 3);
  await late.stop();
  expect(late.ids.toSorted()).toEqual(later);
});

test("what a consumer leaves undone goes to the next one at once", async () => {
  const announced = await open();
  const ids = await ended(announced, 3);
  for await (const _ of announced.hermod.finals(SHOP)) break;
  expect(await consumed(announced)).toEqual(ids);
});

test("a slow consumer keeps what it has in hand", async () => {
  const announced = await open();
  await ended(announced, 2);
  const slow = announced.hermod.finals({ ...SHOP, claimAfterMs: 1000 });
  await slow.next();
  const other = running(announced, { claimAfterMs: 1000 });
  const began = performance.now();
  await waitUntil("longer than a dead one is waited for", () => performance.now() - began > 2500);
  expect(other.ids).toEqual([]);
  await slow.return?.();
  await waitUntil("the other one to take over", () => other.ids.length === 2);
  await other.stop();
});

test("Redis killed and back, a consumer goes on where it was", async () => {
  const server = await startRedis();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const announced = await open({ url: server.url });
  const first = await ended(announced, 3);
  const consumer = running(announced);
  await waitUntil("the first to be consumed", async () => (await waitingOf(announced, SHOP.group)) === 0);
  await server.kill();
  await server.restart();
  await announced.link.redis.ping();
  const later = await ended(announced, 3);
  await waitUntil("the later ones", () => consumer.ids.length === 6);
  await consumer.stop();
  expect(consumer.ids.toSorted()).toEqual([...first, ...later].toSorted());
});

test("closing the client ends an iteration", async () => {
  const announced = await open();
  await ended(announced, 1);
  const finals = announced.hermod.finals(SHOP);
  await finals.next();
  const next = finals.next();
  await announced.hermod.close();
  await expect(next).rejects.toMatchObject({ name: "HermodUnavailableError" });
});

test("a group that is forgotten begins anew", async () => {
  const announced = await open();
  const ids = await ended(announced, 3);
  await consumed(announced);
  expect(await announced.hermod.forgetGroup(SHOP)).toBe(true);
  expect(await announced.hermod.forgetGroup(SHOP)).toBe(false);
  expect(await consumed(announced)).toEqual(ids);
});

test("a bad name is told before anything is asked", async () => {
  const announced = await open();
  const finals = announced.hermod.finals({ group: "a b", claimAfterMs: 1 });
  await expect(finals.next()).rejects.toMatchObject({
    issues: [{ path: "group" }, { path: "claimAfterMs" }],
  });
});

test("of consumers that are killed at random every final is seen, and again only what was not done", async () => {
  const announced = await open();
  const { url, namespace, broker } = announced;
  const kills = 4;
  const seen = await killConsumers({
    url,
    namespace,
    store: broker.store,
    messages: 800,
    kills,
    chance: Math.random,
  });
  const again = [...seen.values()].reduce((sum, count) => sum + count - 1, 0);
  expect(seen.size).toBe(800);
  expect(again).toBeLessThanOrEqual(kills);
});
