import { once } from "node:events";
import { startCluster } from "@hermod/testing/redis-cluster";
import { waitUntil } from "@hermod/testing/wait";
import { Redis } from "ioredis";
import { expect, onTestFinished, test } from "vitest";
import { ACCOUNT, accepted, begun, CANARIES, idOf, queued, reported } from "../test/samples.ts";
import { seeOrders } from "../test/seen-orders.ts";
import { redisMemory } from "./backlog.ts";
import { connectRedis } from "./connect.ts";
import { openFinalGroup } from "./final-group.ts";
import { lookAtGroups } from "./final-groups.ts";
import { openBroker } from "./open-broker.ts";
import type { RecordStore } from "./record-store.ts";

test("every script keeps to the keys of one hash slot, as a cluster demands", async () => {
  const cluster = await startCluster();
  onTestFinished(() => cluster[Symbol.asyncDispose]());
  const admin = new Redis(cluster.url);
  onTestFinished(() => admin.disconnect());
  await expect(admin.eval("return 1", 2, "one", "two")).rejects.toThrow(/CROSSSLOT/);

  const link = await connectRedis(cluster.url, "process");
  onTestFinished(() => link[Symbol.asyncDispose]());
  const retention = () => ({ recordMs: 60_000, textMs: 0 });
  await using broker = await openBroker(link, { retention, partitions: 16 });
  const { store, queues, pacer, installation } = broker;
  const records = Array.from({ length: 100 }, (_, n) => begun(queued(n)));
  await store.create(records);
  await store.commit(records.map((record) => ({ before: record, after: accepted(record), dueAt: 1 })));
  const claim = { batch: 1, maxMs: 1000, perSecond: 10_000, requests: 100, leaseMs: 1000, grouped: false };
  const claimed = (await broker.due.claim(ACCOUNT, claim)).flat();
  expect(claimed).toHaveLength(100);
  expect(await broker.due.take(ACCOUNT, claimed, 1000)).toHaveLength(100);
  await broker.due.giveBack(ACCOUNT, claimed);
  expect(await store.claimTimers(1600, 1000)).toHaveLength(100);
  expect((await allPages(store)).toSorted()).toEqual(records.map(({ id }) => id).toSorted());
  expect((await redisMemory(link.redis)).used).toBeGreaterThan(0);
  await store.forget([idOf(1)]);
  await store.stopAsking(ACCOUNT, [idOf(1)]);
  expect(await store.firstHeld(ACCOUNT, 10)).toEqual([]);
  expect(await store.countOpen()).toEqual([
    { account: ACCOUNT, priority: "normal", state: "submitted", count: 100 },
  ]);
  const ended = (await store.load(records.map(({ id }) => id))).flatMap((found) =>
    found.kind === "record" ? [{ before: found.record, after: reported(found.record) }] : [],
  );
  await store.commit(ended, "always");
  const shop = {
    producer: "default",
    group: "all",
    consumer: "one",
    from: "oldest",
    claimAfterMs: 0,
  } as const;
  const group = await openFinalGroup(link.redis, installation.keys, shop);
  const finals = await group.take(1600);
  expect(finals).toHaveLength(100);
  await group.keep(finals);
  await group.giveBack(finals.slice(0, 10));
  expect((await group.claim(1600)).length).toBeGreaterThanOrEqual(10);
  await group.acknowledge(finals);
  expect(await lookAtGroups(link.redis, installation.keys, 1000, 0)).toMatchObject([
    { waiting: 0, missed: 0 },
  ]);
  await store.create([queued(101, {}, link.clock.now())]);
  expect(await broker.findByNumber(CANARIES.number)).toEqual([idOf(101)]);
  await pacer.reserve(ACCOUNT, "send", 1, { perSecond: 10, mostAwayMs: 1000 });
  await pacer.rest(ACCOUNT, "send", 1);
  const refusal = { code: "http_503", request: "r", shortestMs: 1, longestMs: 1 };
  await broker.pauses.refuse(ACCOUNT, refusal);

  await queues.add("send", ACCOUNT, [{ jobId: "s-1", priority: "normal", ids: [idOf(1)] }]);
  await using worker = seeOrders(link, installation.keys, (error) => expect.unreachable(error.message));
  await waitUntil("the order to be worked at", () => worker.seen.length > 0);
});

/** The ids of all pages, of which the first says where the next one is. */
async function allPages({ page }: RecordStore): Promise<string[]> {
  const ids = new Set<string>();
  for (let cursor = ""; ; ) {
    const { ids: found, next } = await page(cursor, 10);
    for (const id of found) ids.add(id);
    if (next === "") return [...ids];
    cursor = next;
  }
}

test("a connection that finds its cluster down at first is there once it is up again", {
  timeout: 60_000,
}, async () => {
  const cluster = await startCluster();
  onTestFinished(() => cluster[Symbol.asyncDispose]());
  const link = await connectRedis(cluster.url, "process");
  onTestFinished(() => link[Symbol.asyncDispose]());
  const admin = new Redis(cluster.url);
  onTestFinished(() => admin.disconnect());
  const [, victim] = cluster.masters;
  await victim?.kill();
  const isDown = async () => String(await admin.call("CLUSTER", "INFO")).includes("cluster_state:fail");
  await waitUntil("the others to notice", isDown, { timeoutMs: 15_000 });

  const late = link.another({ lazyConnect: true });
  const connecting = late.connect();
  await once(late, "connect");
  await once(late, "reconnecting");
  await victim?.restart();
  await connecting;
  expect(await late.ping()).toBe("PONG");
});
