import { isolatedRedis } from "@hermod/testing/isolated-redis";
import { waitUntil } from "@hermod/testing/wait";
import type { Redis } from "ioredis";
import { expect, onTestFinished, test } from "vitest";
import { type OpenLink, openLink } from "../test/open-store.ts";
import { connectRedis } from "./connect.ts";
import { openPacer, type Pacer } from "./pacer.ts";
import { timeReplyMs } from "./redis-clock.ts";

const ACCOUNT = "etelecom-main";

/** What a reservation must be in a test that has nothing in its way. */
async function reserved(
  pacer: Pacer,
  account: string,
  what: "send" | "status",
  slots: number,
  perSecond: number,
) {
  const reservation = await pacer.reserve(account, what, slots, { perSecond, mostAwayMs: 3_600_000 });
  if (reservation.kind !== "reserved") throw new Error("nothing was reserved");
  return reservation;
}

interface Paced extends OpenLink {
  /** Several pacers with a connection each, as several processes have. */
  readonly pacers: readonly Pacer[];
  readonly one: Pacer;
}

async function openPacers(count: number): Promise<Paced> {
  const opened = await openLink();
  const one = openPacer(opened.redis, opened.keys, opened.link.clock);
  const pacers = [one];
  while (pacers.length < count) {
    const link = await connectRedis(isolatedRedis().url, "process");
    onTestFinished(() => link[Symbol.asyncDispose]());
    pacers.push(openPacer(link.redis, opened.keys, link.clock));
  }
  return { ...opened, pacers, one };
}

/** When the account's next slot is free, in milliseconds from now. */
async function freeInMs(redis: Redis, key: string): Promise<number> {
  const [free, time] = await Promise.all([redis.hget(key, "free"), redis.time()]);
  return Number(free) - timeReplyMs(time);
}

function mostInASecond(slots: readonly number[]): number {
  return Math.max(...slots.map((from) => slots.filter((at) => at >= from && at <= from + 1000).length));
}

test.for([
  { perSecond: 1, batch: 1 },
  { perSecond: 5, batch: 1 },
  { perSecond: 20, batch: 3 },
  { perSecond: 500, batch: 7 },
])(
  "several processes together never exceed $perSecond in any sliding second and use nine tenths of it",
  async ({ perSecond, batch }) => {
    const { pacers, redis, keys } = await openPacers(3);
    const slots: number[] = [];
    const rounds = Math.ceil((perSecond * 4 + 1) / batch / pacers.length);
    const take = async (pacer: Pacer): Promise<void> => {
      for (let round = 0; round < rounds; round += 1) {
        const { firstAt, everyMs } = await reserved(pacer, ACCOUNT, "send", batch, perSecond);
        for (let slot = 0; slot < batch; slot += 1) slots.push(firstAt + slot * everyMs);
      }
    };
    await Promise.all(pacers.map(take));
    slots.sort((a, b) => a - b);
    const [first = 0] = slots;
    const spanMs = (slots.at(-1) ?? 0) - first;
    expect(mostInASecond(slots)).toBeLessThanOrEqual(perSecond);
    expect(((slots.length - 1) * 1000) / spanMs).toBeGreaterThanOrEqual(perSecond * 0.9);
    // All of them were reserved in one row, whoever asked.
    expect(await freeInMs(redis, keys.pacer(ACCOUNT, "send"))).toBeGreaterThan(spanMs - 2000);
  },
);

test("an account that paused owes nothing and is owed nothing: its first slot is now", async () => {
  const { one, redis, keys } = await openPacers(1);
  await redis.hset(keys.pacer(ACCOUNT, "send"), "free", "1000");
  const { firstInMs, everyMs } = await reserved(one, ACCOUNT, "send", 5, 10);
  expect(firstInMs).toBe(0);
  const next = await reserved(one, ACCOUNT, "send", 1, 10);
  expect(next.firstInMs).toBeGreaterThan(4 * everyMs);
  expect(next.firstInMs).toBeLessThanOrEqual(5 * everyMs);
});

test("slots come by the clock of Redis, however late a busy process reads the answer", async () => {
  const { one } = await openPacers(1);
  const early = await reserved(one, ACCOUNT, "send", 1, 10);
  const asked = one.reserve(ACCOUNT, "send", 1, { perSecond: 10, mostAwayMs: 10_000 });
  const busyUntil = performance.now() + 100;
  while (performance.now() < busyUntil);
  const late = await asked;
  if (late.kind !== "reserved") throw new Error(late.kind);
  // Where the one ends, the other begins; times are whole milliseconds.
  expect(Math.abs(late.firstAt - early.firstAt - (late.at - early.at))).toBeLessThan(10);
});

test("a rest keeps an account's slots shut in every process, and no other account's", async () => {
  const { pacers, one } = await openPacers(3);
  await one.rest(ACCOUNT, "send", 5000);
  for (const pacer of pacers) {
    const { firstInMs } = await reserved(pacer, ACCOUNT, "send", 1, 1000);
    expect(firstInMs).toBeGreaterThan(4500);
  }
  expect((await reserved(one, ACCOUNT, "status", 1, 10)).firstInMs).toBe(0);
  expect((await reserved(one, "other", "send", 1, 10)).firstInMs).toBe(0);
});

test("a shorter rest does not shorten a longer one", async () => {
  const { one } = await openPacers(1);
  await one.rest(ACCOUNT, "send", 5000);
  await one.rest(ACCOUNT, "send", 10);
  expect((await reserved(one, ACCOUNT, "send", 1, 10)).firstInMs).toBeGreaterThan(4500);
});

test("a pacer's key outlives its last slot and then goes by itself", async () => {
  const { one, redis, keys } = await openPacers(1);
  const key = keys.pacer(ACCOUNT, "send");
  await reserved(one, ACCOUNT, "send", 10, 1);
  expect(await redis.pttl(key)).toBeGreaterThan(await freeInMs(redis, key));
  await one.rest(ACCOUNT, "send", 100_000);
  expect(await redis.pttl(key)).toBeGreaterThan(100_000);
});

test("a slot that is too far away is not reserved, and its distance is told", async () => {
  const { one, redis, keys } = await openPacers(1);
  await one.rest(ACCOUNT, "send", 5000);
  const before = await redis.hget(keys.pacer(ACCOUNT, "send"), "free");
  const reservation = await one.reserve(ACCOUNT, "send", 1, { perSecond: 10, mostAwayMs: 1000 });
  expect(reservation).toEqual({ kind: "busy", forMs: expect.closeTo(5000, -3) });
  expect(await redis.hget(keys.pacer(ACCOUNT, "send"), "free")).toBe(before);
});

test("of a limit that is no whole number, no second sees more than its whole part", async () => {
  const { one } = await openPacers(1);
  expect((await reserved(one, ACCOUNT, "send", 1, 1.5)).everyMs).toBeGreaterThan(1000);
  expect((await reserved(one, "slow", "send", 1, 0.5)).everyMs).toBeGreaterThan(2000);
});

test("repeated refusals halve the pace for every process, and those of one moment count once", async () => {
  const { pacers, one, redis, keys } = await openPacers(3);
  const { everyMs } = await reserved(one, ACCOUNT, "send", 1, 100);
  await one.rest(ACCOUNT, "send", 1, true);
  expect((await reserved(one, ACCOUNT, "send", 1, 100)).everyMs).toBe(everyMs);
  await waitUntil(
    "the rest to be over",
    async () => (await freeInMs(redis, keys.pacer(ACCOUNT, "send"))) < -5,
  );
  await Promise.all(pacers.map((pacer) => pacer.rest(ACCOUNT, "send", 1000, true)));
  for (const pacer of pacers) {
    const reduced = await reserved(pacer, ACCOUNT, "send", 1, 100);
    expect(reduced.everyMs).toBeGreaterThan(everyMs * 1.9);
    expect(reduced.everyMs).toBeLessThanOrEqual(everyMs * 2);
  }
  expect((await reserved(one, ACCOUNT, "status", 1, 100)).everyMs).toBe(everyMs);
});

test("an account is at its rate for as long as each slot comes right after another one, or it rests", async () => {
  const { pacers, one, redis, keys } = await openPacers(2);
  const [, other = one] = pacers;
  const first = await one.reserve(ACCOUNT, "send", 20, { perSecond: 10, mostAwayMs: 9000, soonestInMs: 50 });
  expect(first).toMatchObject({ kind: "reserved", limitedMs: 0 });
  const { everyMs, limitedMs, firstInMs } = await reserved(other, ACCOUNT, "send", 1, 10);
  expect(limitedMs).toBeCloseTo(20 * everyMs, 0);
  await waitUntil("some time at the rate", async () => (await one.limitedMs(ACCOUNT)) > 0);
  expect(await one.limitedMs(ACCOUNT)).toBeLessThan(firstInMs + everyMs);
  // All slots are over, for long.
  await redis.hincrbyfloat(keys.pacer(ACCOUNT, "send"), "free", -60_000);
  expect(await one.limitedMs(ACCOUNT)).toBe(0);
  await one.rest(ACCOUNT, "send", 4000);
  expect((await reserved(other, ACCOUNT, "send", 1, 10)).limitedMs).toBeCloseTo(4000, -3);
});

test("a slot that may be used late has no other one behind it for as long", async () => {
  const { one } = await openPacers(1);
  const limits = { perSecond: 10, mostAwayMs: 10_000 };
  await one.reserve(ACCOUNT, "send", 1, { ...limits, keptFreeMs: 2000 });
  const { firstInMs, everyMs } = await reserved(one, ACCOUNT, "send", 1, 10);
  expect(firstInMs).toBeGreaterThan(1500 + everyMs);
});

test("slots that are given back go to whoever asks next, each once, at their own times", async () => {
  const { one, pacers } = await openPacers(2);
  const [, other = one] = pacers;
  const limits = { perSecond: 10, mostAwayMs: 10_000 };
  const row = await reserved(one, ACCOUNT, "send", 20, 10);
  const last = await reserved(one, ACCOUNT, "send", 1, 10);
  const given = { at: row.at + 10 * row.everyMs, everyMs: row.everyMs, slots: 5 };
  await one.giveBack(ACCOUNT, "send", given);
  const first = await other.reserve(ACCOUNT, "send", 3, limits);
  expect(first).toMatchObject({ kind: "reserved", at: expect.closeTo(given.at, 0), slots: 3 });
  const second = await other.reserve(ACCOUNT, "send", 3, limits);
  expect(second).toMatchObject({ at: expect.closeTo(given.at + 3 * row.everyMs, 0), slots: 2 });
  expect(await other.reserve(ACCOUNT, "send", 3, limits)).toMatchObject({
    at: expect.closeTo(last.at + last.everyMs, 0),
    slots: 3,
  });
});

test("of slots that are given back those that come too soon are passed over", async () => {
  const { one } = await openPacers(1);
  const row = await reserved(one, ACCOUNT, "send", 20, 10);
  await one.giveBack(ACCOUNT, "send", row);
  const found = await one.reserve(ACCOUNT, "send", 1, {
    perSecond: 10,
    mostAwayMs: 10_000,
    soonestInMs: 500,
  });
  if (found.kind !== "reserved") throw new Error(found.kind);
  expect(found.firstInMs).toBeGreaterThanOrEqual(500);
  expect(found.firstInMs).toBeLessThanOrEqual(500 + row.everyMs);
});

test("a rest takes away what was given back, and what is given back of its time", async () => {
  const { one } = await openPacers(1);
  const row = await reserved(one, ACCOUNT, "send", 5, 10);
  const { at, everyMs } = row;
  await one.giveBack(ACCOUNT, "send", { at: at + 3 * everyMs, everyMs, slots: 2 });
  await one.rest(ACCOUNT, "send", 5000);
  await one.giveBack(ACCOUNT, "send", { at: at + 2 * everyMs, everyMs, slots: 1 });
  expect((await reserved(one, ACCOUNT, "send", 1, 10)).firstInMs).toBeGreaterThan(4500);
});
