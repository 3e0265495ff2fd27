import type { Encryption } from "@hermod/core/config";
import type { MessageRecord } from "@hermod/core/record";
import { expect, onTestFinished, test } from "vitest";
import { openLink } from "../test/open-store.ts";
import { CANARIES, ENCRYPTIONS, idOf, queued } from "../test/samples.ts";
import { type Broker, openBroker } from "./open-broker.ts";

const RECORD_MS = 60_000;
const OTHER = "+84836106873";
const DAY_MS = 86_400_000;

/** An installation of the test's own, and the same one as processes with other keys see it. */
async function open(partitions = 1) {
  const { link, redis, keys } = await openLink(partitions);
  const namespace = keys.accounts.replace(/:accounts$/, "");
  const retention = () => ({ recordMs: RECORD_MS, textMs: 0 });
  const withKeys = async (encryption?: Encryption): Promise<Broker> => {
    const broker = await openBroker(link, { namespace, partitions, encryption, retention });
    onTestFinished(() => broker[Symbol.asyncDispose]());
    return broker;
  };
  const message = (n: number, to: string = CANARIES.number): MessageRecord =>
    queued(n, { to }, link.clock.now());
  const indexes = (): Promise<string[]> => redis.keys(`*${namespace}:*}:to:*`);
  return { redis, keys, withKeys, message, indexes, now: link.clock.now };
}

test("a number finds its messages in every partition, and nobody else's", async () => {
  const { withKeys, message } = await open(4);
  const { store, findByNumber } = await withKeys();
  await store.create([...[1, 2, 3, 4, 5, 6].map((n) => message(n)), message(7, OTHER)]);
  expect((await findByNumber(CANARIES.number)).sort()).toEqual([1, 2, 3, 4, 5, 6].map(idOf));
  expect(await findByNumber(OTHER)).toEqual([idOf(7)]);
  expect(await findByNumber("+84836106874")).toEqual([]);
});

test("what is known by a number outlasts its record, by days and not for ever", async () => {
  const { withKeys, message, indexes, redis, now } = await open();
  const { store } = await withKeys();
  const far = now() + 100 * DAY_MS;
  await store.create([message(1), { ...message(2), expiresAt: far }]);
  const left = await Promise.all((await indexes()).map((index) => redis.pttl(index)));
  const [near = 0, later = 0] = left.sort((a, b) => a - b);
  expect(near).toBeGreaterThan(7 * DAY_MS + RECORD_MS);
  expect(near).toBeLessThan(9 * DAY_MS);
  expect(later).toBeGreaterThan(107 * DAY_MS);
  expect(later).toBeLessThan(109 * DAY_MS);
});

test("a day that is over is forgotten when the next one begins", async () => {
  const { withKeys, message, redis, keys } = await open();
  const { store } = await withKeys();
  await redis.zadd(keys.numberDays(0), 86_400_000, "1");
  await store.create([message(1)]);
  expect(await redis.zrange(keys.numberDays(0), "0", "-1")).toEqual([expect.not.stringMatching(/^1$/)]);
});

test("of a number that gets many messages the latest hundred are known", async () => {
  const { withKeys, message } = await open();
  const { store, findByNumber } = await withKeys();
  const records = Array.from({ length: 130 }, (_, n) => message(n));
  await store.create(records);
  const found = await findByNumber(CANARIES.number);
  expect(found.sort()).toEqual(records.slice(30).map(({ id }) => id));
});

test("a message that is handed over again is known once", async () => {
  const { withKeys, message, indexes, redis } = await open();
  const { store, findByNumber } = await withKeys();
  await store.create([message(1)]);
  await store.create([message(1)]);
  expect(await findByNumber(CANARIES.number)).toEqual([idOf(1)]);
  const [index = ""] = await indexes();
  expect(await redis.strlen(index)).toBe(34);
});

test("where numbers are sealed, what lies in Redis does not tell under which hash one would be found", async () => {
  const { withKeys, message } = await open();
  const sealing = await withKeys(ENCRYPTIONS.first);
  await sealing.store.create([message(1)]);
  expect(await sealing.findByNumber(CANARIES.number)).toEqual([idOf(1)]);
  const thief = await withKeys();
  expect(await thief.findByNumber(CANARIES.number)).toEqual([]);
  const stranger = await withKeys(ENCRYPTIONS.impostor);
  expect(await stranger.findByNumber(CANARIES.number)).toEqual([]);
});

test("messages from before there were keys, and from before the keys changed, are found", async () => {
  const { withKeys, message } = await open();
  await (await withKeys()).store.create([message(1)]);
  await (await withKeys(ENCRYPTIONS.first)).store.create([message(2)]);
  const rotated = await withKeys(ENCRYPTIONS.both);
  await rotated.store.create([message(3)]);
  expect((await rotated.findByNumber(CANARIES.number)).sort()).toEqual([idOf(1), idOf(2), idOf(3)]);
});
