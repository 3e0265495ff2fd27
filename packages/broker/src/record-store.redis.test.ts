import { startRedis } from "@hermod/testing/redis";
import { expect, onTestFinished, test } from "vitest";
import { openStore } from "../test/open-store.ts";
import { accepted, begun, checked, idOf, queued } from "../test/samples.ts";
import { timeReplyMs } from "./redis-clock.ts";

test("creating a message twice gives one record, and the second time returns the first one", async () => {
  const { store } = await openStore();
  const [first] = await store.create([queued(1, { producer: "first" })]);
  const [second] = await store.create([queued(1, { producer: "second" })]);
  expect(first).toMatchObject({ kind: "record", created: true, record: { producer: "first" } });
  expect(second).toMatchObject({ kind: "record", created: false, record: { producer: "first" } });
  expect(await store.load([idOf(1)])).toEqual([{ kind: "record", record: queued(1, { producer: "first" }) }]);
});

test("creating the same message twice in one call writes it once", async () => {
  const { store } = await openStore();
  const results = await store.create([queued(1), queued(2), queued(1)]);
  expect(results.map(({ created }) => created)).toEqual([true, true, false]);
});

test("creating a message that moved on meanwhile changes nothing of it", async () => {
  const { store } = await openStore();
  const record = queued(1);
  await store.create([record]);
  await store.commit([{ before: record, after: begun(record) }]);
  const [again] = await store.create([record]);
  expect(again).toMatchObject({ created: false, record: { state: "sending", revision: 2 } });
});

test("a record comes back as it was written, one by one and many at once", async () => {
  const { store } = await openStore();
  const records = [queued(1), begun(queued(2)), queued(3, { metadata: { order: "42" } })];
  await store.create(records);
  const loaded = await store.load([idOf(1), idOf(9), idOf(2), idOf(3)]);
  expect(loaded).toEqual([
    { kind: "record", record: records[0] },
    { kind: "missing" },
    { kind: "record", record: records[1] },
    { kind: "record", record: records[2] },
  ]);
});

test("a commit on a record that moved on meanwhile changes nothing", async () => {
  const { store, redis, keys } = await openStore();
  const record = queued(1);
  await store.create([record]);
  const [first] = await store.commit([{ before: record, after: begun(record) }]);
  expect(first).toMatchObject({ kind: "committed", record: { revision: 2 } });
  const before = await redis.hgetall(keys.record(record.id));
  const timer = await redis.zscore(keys.timers(0), record.id);
  const late = { ...record, account: "other", producer: "late" };
  expect(await store.commit([{ before: record, after: late, dueAt: 5 }])).toEqual([{ kind: "moved" }]);
  expect(await redis.hgetall(keys.record(record.id))).toEqual(before);
  expect(await redis.zscore(keys.timers(0), record.id)).toBe(timer);
  expect(await redis.zcard(keys.due(0, "other"))).toBe(0);
});

test("of many that begin the same message at once, through several connections, one does", async () => {
  const { store, reopen } = await openStore();
  const record = queued(1);
  await store.create([record]);
  const stores = [store, await reopen(), await reopen()];
  const attempts = Array.from({ length: 30 }, (_, index) => stores[index % 3] ?? store);
  const results = await Promise.all(
    attempts.map((one) => one.commit([{ before: record, after: begun(record) }])),
  );
  expect(results.flat().filter(({ kind }) => kind === "committed")).toHaveLength(1);
});

test("of 50 changes at the same time each is applied exactly once", async () => {
  const { store, reopen } = await openStore();
  await store.create([queued(1)]);
  const other = await reopen();
  const changes = Array.from({ length: 50 }, (_, index) =>
    (index % 2 === 0 ? store : other).change(idOf(1), (record) => ({ after: checked(record) })),
  );
  const results = await Promise.all(changes);
  expect(results.every(({ kind }) => kind === "changed")).toBe(true);
  const [loaded] = await store.load([idOf(1)]);
  expect(loaded).toMatchObject({ record: { checks: 50, revision: 51 } });
});

test("a change that decides for the record as it is writes nothing", async () => {
  const { store } = await openStore();
  await store.create([queued(1)]);
  const result = await store.change(idOf(1), (record) => ({ after: record }));
  expect(result).toEqual({ kind: "unchanged", record: queued(1) });
});

test("a change of a message that is not there decides nothing", async () => {
  const { store } = await openStore();
  const decide = (): never => {
    throw new Error("was asked");
  };
  expect(await store.change(idOf(1), decide)).toEqual({ kind: "missing" });
});

test("what a commit says was written is what lies there", async () => {
  const { store } = await openStore();
  const record = queued(1);
  await store.create([record]);
  const [committed] = await store.commit([{ before: record, after: begun(record) }]);
  const [loaded] = await store.load([record.id]);
  expect(loaded).toEqual({ kind: "record", record: committed?.kind === "committed" && committed.record });
});

test("a provider's word that is no Unicode keeps no outcome from being written, nor those beside it", async () => {
  const { store } = await openStore();
  const [odd, own] = [begun(queued(1)), begun(queued(2))];
  await store.create([odd, own]);
  const said = { ...accepted(odd), unmapped: 'half "\ud83d" a pair' };
  const committed = await store.commit([
    { before: odd, after: said },
    { before: own, after: accepted(own) },
  ]);
  expect(committed.map(({ kind }) => kind)).toEqual(["committed", "committed"]);
  expect(await store.load([odd.id])).toMatchObject([{ record: { unmapped: 'half "\ufffd" a pair' } }]);
});

test("a server that forgot the scripts is taught them again by every operation", async () => {
  const server = await startRedis();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const { store, redis } = await openStore({ url: server.url });
  const record = queued(1);
  await store.create([record, queued(2)]);
  await redis.script("FLUSH");
  const [again] = await store.create([record]);
  expect(again).toMatchObject({ created: false });
  await store.commit([{ before: record, after: begun(record) }]);
  await redis.script("FLUSH");
  const results = await store.commit([
    { before: record, after: begun(record) },
    { before: queued(2), after: begun(queued(2)) },
  ]);
  expect(results.map(({ kind }) => kind)).toEqual(["moved", "committed"]);
  await redis.script("FLUSH");
  expect(await store.claimTimers(10, 1000)).toHaveLength(2);
});

test("the clock is set by the time of Redis with every load", async () => {
  const { store, link } = await openStore();
  link.clock.set(0);
  await store.load([idOf(1)]);
  expect(Math.abs(link.clock.now() - Date.now())).toBeLessThan(1000);
});

test("creating takes the time of Redis along", async () => {
  const { store, link } = await openStore();
  link.clock.set(0);
  await store.create([queued(1)]);
  const atMs = timeReplyMs(await link.redis.time());
  expect(Math.abs(link.clock.now() - atMs)).toBeLessThan(1000);
});
