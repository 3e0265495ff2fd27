import { addSketch, emptySketch, learnFinal, learnPending } from "@hermod/core/polling/hazard-sketch";
import { sketchFields } from "@hermod/core/polling/sketch-fields";
import { expect, test } from "vitest";
import { openLink } from "../test/open-store.ts";
import { openLearning, readFollowed } from "./learning.ts";

const ACCOUNT = "main";

async function opened() {
  const { redis, keys } = await openLink();
  return { ...openLearning(redis, keys), redis, keys };
}

function lessons(count: number) {
  const sketch = emptySketch();
  for (let n = 0; n < count; n += 1) {
    learnPending(sketch, 0, 1000 * n);
    learnFinal(sketch, { fromAgeMs: 1000 * n, toAgeMs: 1000 * n + 500, chance: 0.5 });
  }
  return sketch;
}

test("what several processes learn of a route adds up, and routes are kept apart", async () => {
  const { add, routes } = await opened();
  await Promise.all([
    add(ACCOUNT, "a", lessons(30)),
    add(ACCOUNT, "a", lessons(20)),
    add(ACCOUNT, "b", lessons(5)),
  ]);
  const sum = lessons(30);
  addSketch(sum, lessons(20));
  const known = await routes(ACCOUNT);
  expect([...known.keys()].toSorted()).toEqual(["a", "b"]);
  const stored = known.get("a") ?? emptySketch();
  expect(stored.finals).toBe(50);
  for (const [field, value] of sketchFields(sum)) {
    const [, found = 0] = sketchFields(stored).find(([name]) => name === field) ?? [];
    expect(found / value).toBeCloseTo(1, 4);
  }
});

test("a bucket remembers so much and no more, at the same rate of finals", async () => {
  const { add, routes } = await opened();
  const much = emptySketch();
  for (let n = 0; n < 5000; n += 1)
    learnFinal(much, { fromAgeMs: 0, toAgeMs: 100, finishedAgeMs: 100, chance: 0 });
  for (let n = 0; n < 5; n += 1) await add(ACCOUNT, "a", much);
  const { events, exposureMs, finals } = (await routes(ACCOUNT)).get("a") ?? emptySketch();
  expect(finals).toBe(25_000);
  expect(exposureMs[0]).toBeLessThanOrEqual(2000 * 250);
  expect((events[0] ?? 0) / (exposureMs[0] ?? 1)).toBeCloseTo(1 / 100, 3);
});

test("where nothing was ever pushed, nothing is missed", async () => {
  const { awaitPushes, redis, keys } = await opened();
  expect(await awaitPushes(ACCOUNT, ["m1"])).toBeUndefined();
  expect(await redis.exists(keys.awaitedPushes(ACCOUNT))).toBe(0);
});

test("a final that is looked up and not pushed in time is missed, once", async () => {
  const { awaitPushes, pushCame, redis, keys } = await opened();
  await pushCame(ACCOUNT, ["m0"]);
  const before = await awaitPushes(ACCOUNT, ["m1", "m2"]);
  await pushCame(ACCOUNT, ["m2"]);
  await redis.zincrby(keys.awaitedPushes(ACCOUNT), -20_000, "m1");
  const after = await awaitPushes(ACCOUNT, []);
  expect(before).toEqual({ came: 10 * 0.99 + 1, missed: 0.495 });
  expect(after?.missed).toBeCloseTo(0.495 * 0.99 * 0.99 + 1, 5);
  expect(await awaitPushes(ACCOUNT, [])).toEqual(after);
});

test("a push that came before the look found the same is not missed, and counts once however often it comes", async () => {
  const { awaitPushes, pushCame, redis, keys } = await opened();
  await pushCame(ACCOUNT, ["m1"]);
  await pushCame(ACCOUNT, ["m1", "m1"]);
  const came = await awaitPushes(ACCOUNT, ["m1"]);
  expect(came?.came).toBeCloseTo(10.9, 5);
  await redis.zincrby(keys.awaitedPushes(ACCOUNT), -120_000, "+m1");
  expect(await awaitPushes(ACCOUNT, [])).toEqual(came);
  expect(await redis.zcard(keys.awaitedPushes(ACCOUNT))).toBe(0);
});

test("a dead hook is noticed within a hundred finals", async () => {
  const { awaitPushes, pushCame, redis, keys } = await opened();
  await pushCame(
    ACCOUNT,
    Array.from({ length: 1000 }, (_, n) => `m${n}`),
  );
  const ids = Array.from({ length: 100 }, (_, n) => `d${n}`);
  await awaitPushes(ACCOUNT, ids);
  await redis.zadd(keys.awaitedPushes(ACCOUNT), ...ids.flatMap((id) => [1, id]));
  const { came = 0, missed = 0 } = (await awaitPushes(ACCOUNT, [])) ?? {};
  expect(missed / (missed + came)).toBeGreaterThan(0.5);
});

test("what following cost adds up", async () => {
  const { count, redis, keys } = await opened();
  const counts = { requests: 2, looks: 40, finals: 3, timed: 1, lagMs: 1500.4 };
  await count(ACCOUNT, counts);
  await count(ACCOUNT, counts);
  expect(await readFollowed(redis, keys, ACCOUNT)).toEqual({
    requests: 4,
    looks: 80,
    finals: 6,
    timed: 2,
    lagMs: 3000,
    pushes: undefined,
  });
});
