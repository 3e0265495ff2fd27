import { nextTimerAt } from "@hermod/core/timer";
import { expect, test } from "vitest";
import { openStore } from "../test/open-store.ts";
import { ACCOUNT, accepted, begun, checked, idOf, queued, reported, T0 } from "../test/samples.ts";

async function openWithScores(partitions?: number) {
  const opened = await openStore(partitions === undefined ? {} : { partitions });
  const { redis, keys, store } = opened;
  const score = async (key: string, id: string): Promise<number | undefined> => {
    const text = await redis.zscore(key, id);
    return text === null ? undefined : Number(text);
  };
  return {
    ...opened,
    timerOf: (id: string) => score(keys.timers(keys.partitionOf(id)), id),
    dueOf: (id: string) => score(keys.due(keys.partitionOf(id), ACCOUNT), id),
    async committed(...change: Parameters<typeof store.commit>[0]) {
      const results = await store.commit(change);
      return results.map((result) => {
        if (result.kind !== "committed") throw new Error(`the commit found the record ${result.kind}`);
        return result.record;
      });
    },
  };
}

test("a new record has its timer in the same step", async () => {
  const { store, timerOf } = await openWithScores();
  const later = queued(1, { sendAt: T0 + 60_000 });
  await store.create([later]);
  expect(await timerOf(later.id)).toBe(T0 + 60_000);
});

test("timer, due entry and record move together along the life of a message", async () => {
  const { store, timerOf, dueOf, committed } = await openWithScores();
  const record = queued(1);
  await store.create([record]);
  const { id } = record;

  const [sending = record] = await committed({ before: record, after: begun(record) });
  expect(await timerOf(id)).toBe(nextTimerAt(sending));
  expect(await dueOf(id)).toBeUndefined();

  const [submitted = sending] = await committed({
    before: sending,
    after: accepted(sending),
    dueAt: T0 + 1000,
  });
  expect(await timerOf(id)).toBe(submitted.deadlineAt);
  expect(await dueOf(id)).toBe(T0 + 1000);

  const [asked = submitted] = await committed({ before: submitted, after: checked(submitted) });
  expect(await dueOf(id)).toBe(T0 + 1000);

  const [sent = asked] = await committed({ before: asked, after: reported(asked, "sent"), dueAt: T0 + 2000 });
  expect(await dueOf(id)).toBe(T0 + 2000);

  await committed({ before: sent, after: reported(sent) });
  expect(await timerOf(id)).toBeUndefined();
  expect(await dueOf(id)).toBeUndefined();
});

test("a message that is not awaited at its provider never gets a due entry", async () => {
  const { store, dueOf, committed } = await openWithScores();
  const record = queued(1);
  await store.create([record]);
  await committed({ before: record, after: begun(record), dueAt: T0 });
  expect(await dueOf(record.id)).toBeUndefined();
});

test("a change of the due time alone needs no new revision", async () => {
  const { store, dueOf, committed } = await openWithScores();
  const record = accepted(begun(queued(1)));
  await store.create([record]);
  const [same] = await committed({ before: record, after: record, dueAt: T0 + 7 });
  expect(same).toEqual(record);
  expect(await dueOf(record.id)).toBe(T0 + 7);
});

test("a commit of a record that is gone removes the entries it left behind", async () => {
  const { store, redis, keys, timerOf, dueOf } = await openWithScores();
  const record = accepted(begun(queued(1)));
  await store.create([record]);
  await store.commit([{ before: record, after: record, dueAt: T0 }]);
  await redis.del(keys.record(record.id));
  expect(await store.commit([{ before: record, after: checked(record), dueAt: T0 }])).toEqual([
    { kind: "missing" },
  ]);
  expect(await redis.exists(keys.record(record.id))).toBe(0);
  expect(await timerOf(record.id)).toBeUndefined();
  expect(await dueOf(record.id)).toBeUndefined();
});

test("forgetting messages removes their entries and no other's", async () => {
  const { store, timerOf, dueOf } = await openWithScores();
  const records = [1, 2].map((n) => accepted(begun(queued(n))));
  await store.create(records);
  await store.commit(records.map((record) => ({ before: record, after: record, dueAt: T0 })));
  await store.forget([idOf(1)]);
  await store.stopAsking(ACCOUNT, [idOf(1)]);
  expect([await timerOf(idOf(1)), await dueOf(idOf(1))]).toEqual([undefined, undefined]);
  expect(await timerOf(idOf(2))).toBeDefined();
  expect(await dueOf(idOf(2))).toBe(T0);
});

test("what is due goes to one claimer among several at the same time", async () => {
  const { store, reopen } = await openWithScores();
  const records = Array.from({ length: 100 }, (_, n) => queued(n));
  await store.create(records);
  const claimers = [store, await reopen(), await reopen(), await reopen()];
  const claims = await Promise.all(claimers.map((claimer) => claimer.claimTimers(40, 60_000)));
  const ids = claims.flat();
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(records.map(({ id }) => id));
});

test("what was claimed is due again when the put-off is over, and not before", async () => {
  const { store, redis, keys, timerOf } = await openWithScores();
  await store.create([queued(1)]);
  const before = Date.now();
  expect(await store.claimTimers(10, 60_000)).toEqual([idOf(1)]);
  expect(await timerOf(idOf(1))).toBeGreaterThanOrEqual(before + 60_000 - 100);
  expect(await store.claimTimers(10, 60_000)).toEqual([]);
  // The minute passes.
  await redis.zincrby(keys.timers(0), -60_100, idOf(1));
  expect(await store.claimTimers(10, 60_000)).toEqual([idOf(1)]);
});

test("a claim takes the longest due first, no more than asked for, and nothing from the future", async () => {
  const { store, link } = await openWithScores();
  const late = [3, 1, 2].map((n) => queued(n, { sendAt: T0 + n }));
  const future = queued(4, { sendAt: link.clock.now() + 60_000 });
  await store.create([...late, future]);
  expect(await store.claimTimers(2, 60_000)).toEqual([idOf(1), idOf(2)]);
  expect(await store.claimTimers(10, 60_000)).toEqual([idOf(3)]);
});

test("over four partitions records are spread, and all of them are claimed", async () => {
  const { store, redis, keys } = await openWithScores(4);
  const records = Array.from({ length: 200 }, (_, n) => accepted(begun(queued(n))));
  await store.create(records);
  await store.commit(records.map((record) => ({ before: record, after: record, dueAt: T0 })));
  for (const partition of [0, 1, 2, 3]) {
    expect(await redis.zcard(keys.due(partition, ACCOUNT))).toBeGreaterThan(20);
  }
  const claimed = await store.claimTimers(400, 60_000);
  expect(claimed.toSorted()).toEqual(records.map(({ id }) => id));
});
