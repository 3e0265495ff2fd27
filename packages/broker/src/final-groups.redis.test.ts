import { expect, test } from "vitest";
import { type OpenStore, openStore } from "../test/open-store.ts";
import { accepted, begun, queued, reported } from "../test/samples.ts";
import { openFinalGroup } from "./final-group.ts";
import { forgetGroup, lookAtGroups } from "./final-groups.ts";

const SHOP = { producer: "shop", group: "billing", from: "oldest", claimAfterMs: 60_000 } as const;

async function end({ store }: OpenStore, from: number, count: number): Promise<void> {
  const records = Array.from({ length: count }, (_, n) => queued(from + n, { producer: "shop" }));
  await store.create(records);
  await store.commit(
    records.map((before) => ({ before, after: reported(accepted(begun(before))) })),
    "always",
  );
}

test("what is removed before a group has acknowledged it is counted, once, and stays counted", async () => {
  const opened = await openStore({ partitions: 2 });
  const { redis, keys } = opened;
  const group = await openFinalGroup(redis, keys, { ...SHOP, consumer: "one" });
  await end(opened, 1, 300);
  const inHand = await group.take(20);
  await group.acknowledge(inHand.slice(0, 5));
  const look = () => lookAtGroups(redis, keys, 100, Date.now());
  const [first] = await look();
  const kept = (await redis.xlen(keys.finals(0, "shop"))) + (await redis.xlen(keys.finals(1, "shop")));
  expect(kept).toBe(100);
  expect(first).toMatchObject({ producer: "shop", group: "billing", missed: 195, missedNow: 195 });
  expect(await look()).toMatchObject([{ missed: 195, missedNow: 0 }]);
});

test("what a group has acknowledged is removed without being missed", async () => {
  const opened = await openStore();
  const { redis, keys } = opened;
  const group = await openFinalGroup(redis, keys, { ...SHOP, consumer: "one" });
  await end(opened, 1, 300);
  await group.acknowledge(await group.take(300));
  expect(await lookAtGroups(redis, keys, 100, Date.now())).toMatchObject([
    { missed: 0, waiting: 0, oldestMs: 0 },
  ]);
  expect(await redis.xlen(keys.finals(0, "shop"))).toBe(100);
});

test("a group's look tells how much it has not acknowledged, and how old that is", async () => {
  const opened = await openStore({ partitions: 2 });
  const { redis, keys, link } = opened;
  const group = await openFinalGroup(redis, keys, { ...SHOP, consumer: "one" });
  await end(opened, 1, 50);
  await group.take(10);
  const at = link.clock.now() + 60_000;
  const [standing] = await lookAtGroups(redis, keys, 1000, at);
  expect(standing?.waiting).toBe(50);
  expect(standing?.oldestMs).toBeGreaterThanOrEqual(60_000);
  expect(standing?.oldestMs).toBeLessThan(90_000);
});

test("a group whose streams were lost is made again", async () => {
  const opened = await openStore({ partitions: 2 });
  const { redis, keys } = opened;
  const group = await openFinalGroup(redis, keys, { ...SHOP, consumer: "one" });
  await redis.del(keys.finals(0, "shop"), keys.finals(1, "shop"));
  await end(opened, 1, 20);
  expect(await group.take(40)).toHaveLength(20);
});

test("a forgotten group is looked at no more", async () => {
  const opened = await openStore();
  const { redis, keys } = opened;
  await openFinalGroup(redis, keys, { ...SHOP, consumer: "one" });
  expect(await forgetGroup(redis, keys, "shop", "billing")).toBe(true);
  expect(await forgetGroup(redis, keys, "shop", "billing")).toBe(false);
  expect(await lookAtGroups(redis, keys, 100, 0)).toEqual([]);
});

test("what only a newer version can read is passed over", async () => {
  const { redis, keys } = await openStore();
  const group = await openFinalGroup(redis, keys, { ...SHOP, consumer: "one" });
  await redis.xadd(keys.finals(0, "shop"), "*", "e", '["of another form"]');
  expect(await group.take(10)).toEqual([]);
  expect((await redis.xpending(keys.finals(0, "shop"), "billing"))[0]).toBe(0);
});
