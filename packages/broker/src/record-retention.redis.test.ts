import { apply } from "@hermod/core/apply";
import type { MessageRecord } from "@hermod/core/record";
import { onTimer } from "@hermod/core/timer";
import { expect, test } from "vitest";
import { type OpenStore, openStore } from "../test/open-store.ts";
import {
  accepted,
  begun,
  CANARIES,
  ENCRYPTIONS,
  idOf,
  queued,
  reported,
  T0,
  TERMS,
} from "../test/samples.ts";

/** A message that just became final by the clock of Redis. */
async function delivered({ store, link }: OpenStore): Promise<MessageRecord> {
  const at = link.clock.now();
  const record = accepted(begun(queued(1, {}, at), at), at);
  await store.create([record]);
  const [result] = await store.commit([{ before: record, after: reported(record, "delivered", at) }]);
  if (result?.kind !== "committed") throw new Error("the commit failed");
  return result.record;
}

test("an open record lives without end, a final one as long as configured", async () => {
  const opened = await openStore({ retention: { recordMs: 50_000, textMs: 0 } });
  const { redis, keys, store } = opened;
  await store.create([queued(2)]);
  expect(await redis.pttl(keys.record(idOf(2)))).toBe(-1);
  const { id } = await delivered(opened);
  const left = await redis.pttl(keys.record(id));
  expect(left).toBeGreaterThan(40_000);
  expect(left).toBeLessThanOrEqual(50_000);
});

test("without a time for texts, the step that makes a message final erases its text", async () => {
  const opened = await openStore({ retention: { recordMs: 50_000, textMs: 0 } });
  const { redis, keys } = opened;
  const record = await delivered(opened);
  expect(record.content).toBeUndefined();
  expect(JSON.stringify(await redis.hgetall(keys.record(record.id)))).not.toContain(CANARIES.text);
  expect(await redis.zcard(keys.timers(0))).toBe(0);
});

test("with a time for texts, a timer erases the text when that is over", async () => {
  const opened = await openStore({ retention: { recordMs: 50_000, textMs: 20_000 } });
  const { redis, keys, store } = opened;
  const record = await delivered(opened);
  expect(record.content?.text).toBe(CANARIES.text);
  const eraseAt = (record.finalAt ?? 0) + 20_000;
  expect(Number(await redis.zscore(keys.timers(0), record.id))).toBe(eraseAt);
  const decision = onTimer(record, eraseAt, TERMS);
  if (decision.kind !== "change") throw new Error("the timer asks for nothing");
  await store.commit([{ before: record, after: decision.record }]);
  const [loaded] = await store.load([record.id]);
  expect(loaded).toMatchObject({ record: { state: "delivered" } });
  expect(JSON.stringify(await redis.hgetall(keys.record(record.id)))).not.toContain(CANARIES.text);
  expect(await redis.zcard(keys.timers(0))).toBe(0);
  expect(await redis.pttl(keys.record(record.id))).toBeGreaterThan(0);
});

test("later evidence on a final record starts its time anew and brings no text back", async () => {
  const opened = await openStore({ retention: { recordMs: 50_000, textMs: 0 } });
  const { redis, keys, store } = opened;
  const record = await delivered(opened);
  await redis.pexpire(keys.record(record.id), 1000);
  await store.commit([{ before: record, after: reported(record, "read") }]);
  expect(await redis.pttl(keys.record(record.id))).toBeGreaterThan(40_000);
  const [loaded] = await store.load([record.id]);
  expect(loaded).toMatchObject({ record: { state: "read" } });
});

test.for([
  { why: "another layout", spoil: { w: "2" } },
  { why: "bad state", spoil: { s: "teleported" } },
  { why: "bad attempts", spoil: { as: "[{" } },
  { why: "bad spent", spoil: { sp: "" } },
])("an unreadable record ($why) is told and never changed", async ({ why, spoil }) => {
  const { store, redis, keys } = await openStore();
  const record = begun(queued(1));
  await store.create([record]);
  await redis.hset(keys.record(record.id), spoil);
  const before = await redis.hgetall(keys.record(record.id));
  expect(await store.load([record.id])).toEqual([{ kind: "unreadable", why }]);
  expect(await store.create([queued(1)])).toEqual([{ kind: "unreadable", why, created: false }]);
  const result = await store.change(record.id, (current) => ({
    after: apply(current, { type: "cancel", at: T0 }),
  }));
  expect(result).toEqual({ kind: "unreadable", why });
  expect(await redis.hgetall(keys.record(record.id))).toEqual(before);
});

test("a record sealed with a key that is not known is told as unreadable and stays as it is", async () => {
  const { store, redis, keys, reopen } = await openStore({ encryption: ENCRYPTIONS.first });
  await store.create([queued(1)]);
  const before = await redis.hgetall(keys.record(idOf(1)));
  for (const encryption of [ENCRYPTIONS.second, ENCRYPTIONS.impostor]) {
    const other = await reopen({ encryption });
    const result = await other.change(idOf(1), (current) => ({
      after: apply(current, { type: "cancel", at: T0 }),
    }));
    expect(result).toEqual({ kind: "unreadable", why: "sealed with another key" });
  }
  expect(await redis.hgetall(keys.record(idOf(1)))).toEqual(before);
  const rotated = await reopen({ encryption: ENCRYPTIONS.both });
  expect(await rotated.load([idOf(1)])).toEqual([{ kind: "record", record: queued(1) }]);
});
