import { expect, test } from "vitest";
import { DONE, openOrders } from "../test/await-orders.ts";
import { openStore } from "../test/open-store.ts";
import { ACCOUNT, accepted, begun, idOf, queued } from "../test/samples.ts";
import { openPacer } from "./pacer.ts";

/** What a newer version may have written: a field that nobody here knows, or a layout that nobody here can read. */
const LATER_FIELD = { zz: "of a later version" };

test("a field of a later version outlasts every change by this one", async () => {
  const { store, redis, keys } = await openStore();
  const record = begun(queued(1));
  await store.create([record]);
  await redis.hset(keys.record(record.id), LATER_FIELD);
  const [loaded] = await store.load([record.id]);
  expect(loaded).toMatchObject({ kind: "record" });
  await store.commit([{ before: record, after: accepted(record), dueAt: 1 }]);
  expect(await redis.hgetall(keys.record(record.id))).toMatchObject({ ...LATER_FIELD, s: "submitted" });
});

test("a record of a later layout is left as it is by whatever this version does, and hinders no other", async () => {
  const { store, redis, keys } = await openStore();
  const [later, own] = [queued(1), queued(2)];
  await store.create([later, own]);
  await redis.hset(keys.record(later.id), { w: "2" });
  const before = await redis.hgetall(keys.record(later.id));
  expect(await store.load([later.id, own.id])).toMatchObject([{ kind: "unreadable" }, { kind: "record" }]);
  expect(await store.create([later])).toMatchObject([{ kind: "unreadable", created: false }]);
  const changed = await store.change(later.id, (record) => ({ after: { ...record, state: "canceled" } }));
  expect(changed).toMatchObject({ kind: "unreadable" });
  await store.claimTimers(10, 1000);
  expect(await redis.hgetall(keys.record(later.id))).toEqual(before);
  expect(await redis.zscore(keys.timers(0), later.id)).not.toBeNull();
});

test("an order with a field of a later version is carried out", async () => {
  const { queue, work, reaches } = await openOrders();
  const seen: (readonly string[])[] = [];
  work(async (ids) => {
    seen.push(ids);
    return DONE;
  });
  await queue.add("send", { v: 1, ids: [idOf(1)], hint: "of a later version" }, { jobId: "s-1" });
  await reaches("s-1", "completed");
  expect(seen).toEqual([[idOf(1)]]);
});

test("an order of a later version is given up and not guessed at, and the next one is carried out", async () => {
  const { queue, work, reaches, add } = await openOrders();
  const seen: (readonly string[])[] = [];
  work(async (ids) => {
    seen.push(ids);
    return DONE;
  });
  await queue.add("send", { v: 2, ids: [idOf(1)], account: ACCOUNT }, { jobId: "s-later" });
  await add(2);
  await reaches("s-later", "failed");
  await reaches("s-2", "completed");
  expect(seen).toEqual([[idOf(2)]]);
  expect((await queue.getJob("s-later"))?.failedReason).toMatch(/not of a form that this version knows/);
});

test("the pace of an earlier version, a number, is taken over with the slots that are given away", async () => {
  const { redis, keys, link } = await openStore();
  const pacer = openPacer(redis, keys, link.clock);
  const [seconds = 0] = (await redis.time()).map(Number);
  await redis.set(keys.pacer(ACCOUNT, "send"), `${(seconds + 2) * 1000}.000`, "PX", 60_000);
  const reserved = await pacer.reserve(ACCOUNT, "send", 1, { perSecond: 10, mostAwayMs: 10_000 });
  expect(reserved).toMatchObject({ kind: "reserved" });
  expect((reserved as { firstInMs: number }).firstInMs).toBeGreaterThan(500);
  await redis.set(keys.pacer(ACCOUNT, "status"), `${(seconds - 9) * 1000}.000`, "PX", 60_000);
  await pacer.rest(ACCOUNT, "status", 1000);
  expect(await redis.type(keys.pacer(ACCOUNT, "status"))).toBe("hash");
});
