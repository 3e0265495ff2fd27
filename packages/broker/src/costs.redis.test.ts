import type { MessageRecord } from "@hermod/core/record";
import { expect, test } from "vitest";
import { openStore } from "../test/open-store.ts";
import { accepted, begun, queued, reported, T0 } from "../test/samples.ts";
import { countCosts, openCosts } from "./costs.ts";
import type { Change } from "./record-commit.ts";

const DAY = new Date(T0).toISOString().slice(0, 10);

async function open() {
  const opened = await openStore();
  const { redis, keys, store } = opened;
  const costs = openCosts(redis, keys);
  return {
    ...opened,
    totals: () => costs.read([DAY]),
    /** Commits a change and counts it, so many times. */
    async record(change: Change, times = 1): Promise<MessageRecord> {
      const [result] = await store.commit([change]);
      for (let time = 0; time < times; time += 1) {
        const pipeline = redis.pipeline();
        for (const add of countCosts(keys, [change])) add(pipeline);
        await pipeline.exec();
      }
      return result?.kind === "committed" ? result.record : change.before;
    },
    async submitted(n: number): Promise<MessageRecord> {
      const record = queued(n);
      const submitted = { ...accepted(begun(record)), revision: 1 };
      await store.create([submitted]);
      return submitted;
    },
  };
}

const priced = (record: MessageRecord, cost: string, parts = 1): MessageRecord => ({
  ...reported(record),
  cost,
  parts,
  currency: "RUB",
});

test("what messages cost is added up exactly by account, producer, day and currency", async () => {
  const { record, submitted, totals } = await open();
  for (const [n, cost, parts] of [
    [1, "0.1", 1],
    [2, "0.2", 2],
    [3, "0.2", 2],
  ] as const) {
    const before = await submitted(n);
    await record({ before, after: priced(before, cost, parts) });
  }
  expect(await totals()).toEqual([
    {
      day: DAY,
      account: "etelecom-main",
      producer: "default",
      currency: "RUB",
      messages: 3,
      parts: 5,
      cost: "0.5",
      withoutCost: 0,
    },
  ]);
});

test("a cost is counted once however often it is, and a new one takes the place of the old one", async () => {
  const { record, submitted, totals } = await open();
  const before = await submitted(1);
  const first = await record({ before, after: priced(before, "1.00") }, 5);
  expect(await totals()).toMatchObject([{ messages: 1, cost: "1.00" }]);
  await record({ before: first, after: { ...first, cost: "2.50" } }, 3);
  expect(await totals()).toMatchObject([{ messages: 1, cost: "2.50" }]);
});

test("a cost that was not recorded after all is not counted", async () => {
  const { record, submitted, totals } = await open();
  const before = await submitted(1);
  await record({ before: { ...before, revision: 7 }, after: priced(before, "1.00") });
  expect(await totals()).toEqual([]);
});

test("of messages whose provider tells parts alone, the parts are counted", async () => {
  const { record, submitted, totals } = await open();
  const before = await submitted(1);
  await record({ before, after: { ...reported(before), parts: 3 } });
  expect(await totals()).toMatchObject([{ messages: 1, parts: 3, cost: "0", withoutCost: 1, currency: "" }]);
});
