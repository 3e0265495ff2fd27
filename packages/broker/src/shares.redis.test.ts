import type { Priority } from "@hermod/core/message";
import { expect, test } from "vitest";
import { DONE, openOrders } from "../test/await-orders.ts";
import { ACCOUNT, idOf } from "../test/samples.ts";
import { openPacer } from "./pacer.ts";

interface Batch {
  readonly producer: string;
  readonly priority: Priority;
  readonly orders: number;
}

/** A queue whose worker tells, as a real one does, how far it has come; orders are named by their producer. */
async function openShared() {
  const { queues, work, redis, keys, link } = await openOrders();
  const pacer = openPacer(redis, keys, link.clock);
  const taken: string[] = [];
  const producers = new Map<string, string>();
  let added = 0;
  const add = async ({ producer, priority, orders }: Batch): Promise<void> => {
    const batch = Array.from({ length: orders }, () => {
      added += 1;
      const ids = Array.from({ length: 100 }, (_, n) => idOf(added * 100 + n));
      producers.set(ids[0] ?? "", producer);
      return { jobId: `s-${added}`, priority, producer, ids };
    });
    await queues.add("send", ACCOUNT, batch);
  };
  /** Works at one order after the other; `after` is told the number of those taken, before the next one is. */
  const workAll = async (after: (count: number) => Promise<void> = async () => {}): Promise<void> => {
    const all = Promise.withResolvers<void>();
    work(async ([id = ""], _stop, _stalls, priority) => {
      await pacer.reserve(ACCOUNT, "send", 1, { perSecond: 10_000, mostAwayMs: 60_000, priority });
      taken.push(producers.get(id) ?? "");
      await after(taken.length);
      if (taken.length === added) all.resolve();
      return DONE;
    });
    await all.promise;
  };
  return { add, workAll, taken };
}

test("a producer's long backlog does not delay another's few messages that come later", async () => {
  const { add, workAll, taken } = await openShared();
  await add({ producer: "large", priority: "bulk", orders: 30 });
  await workAll(async (count) => {
    if (count === 10) await add({ producer: "small", priority: "bulk", orders: 2 });
  });
  expect(taken.indexOf("small")).toBeLessThanOrEqual(12);
  expect(taken.lastIndexOf("small")).toBeLessThanOrEqual(14);
});

test("a producer that was quiet is owed nothing: it takes turns with the others", async () => {
  const { add, workAll, taken } = await openShared();
  await add({ producer: "large", priority: "bulk", orders: 20 });
  await workAll(async (count) => {
    if (count === 10) await add({ producer: "late", priority: "bulk", orders: 10 });
  });
  const next = taken.slice(10, 20);
  expect(next.filter((producer) => producer === "large").length).toBeGreaterThanOrEqual(4);
});

test("normal messages go before bulk ones and never keep them from a fifth of the rate", async () => {
  const { add, workAll, taken } = await openShared();
  await add({ producer: "bulk", priority: "bulk", orders: 10 });
  await add({ producer: "normal", priority: "normal", orders: 20 });
  await workAll();
  const first = taken.slice(0, 10);
  expect(taken[0]).toBe("normal");
  expect(first.filter((producer) => producer === "normal").length).toBeGreaterThanOrEqual(7);
  expect(first.filter((producer) => producer === "bulk").length).toBeGreaterThanOrEqual(2);
});

test("an urgent message goes before all shares", async () => {
  const { add, workAll, taken } = await openShared();
  await add({ producer: "large", priority: "normal", orders: 10 });
  await workAll(async (count) => {
    if (count === 3) await add({ producer: "otp", priority: "urgent", orders: 1 });
  });
  expect(taken.indexOf("otp")).toBeLessThanOrEqual(4);
});
