import { waitUntil } from "@hermod/testing/wait";
import { expect, test } from "vitest";
import { DONE, openOrders } from "../test/await-orders.ts";
import { idOf } from "../test/samples.ts";
import { glanceAt } from "./queue-glance.ts";

const NOTHING = { inHand: 0, newest: 0, places: 0, perPlace: 1 };

test("a queue that nobody used has nothing to tell", async () => {
  const { queue } = await openOrders();
  expect(await glanceAt(queue, { inHand: 5, newest: 5, places: 5, perPlace: 2 })).toEqual({
    ...{ waiting: 0, active: 0, paused: false },
    ...{ inHand: [], newest: [], spread: [] },
  });
});

test("the last done orders come first, and a sample of all is spread from the last to the first", async () => {
  const { queue, add, work, reaches } = await openOrders();
  // What was done in the same millisecond is in the order of the names, which is that of numbers of one length.
  const numbers = Array.from({ length: 40 }, (_, n) => 10 + n);
  await add(...numbers);
  work(async () => DONE);
  await reaches("s-49", "completed");
  const { newest, spread } = await glanceAt(queue, { inHand: 0, newest: 3, places: 4, perPlace: 2 });
  expect(newest).toEqual([49, 48, 47].map((n) => [idOf(n)]));
  expect(spread).toEqual([49, 48, 39, 38, 29, 28, 19, 18].map((n) => [idOf(n)]));
});

test("no more is read than was asked for", async () => {
  const { queue, add, work, reaches } = await openOrders();
  await add(1, 2, 3);
  work(async () => DONE);
  await reaches("s-3", "completed");
  expect(await glanceAt(queue, NOTHING)).toMatchObject({ inHand: [], newest: [], spread: [] });
});

test("orders in hand, orders that wait and a pause are told apart", async () => {
  const { queue, add, work } = await openOrders();
  await add(1, 2, 3);
  const held = Promise.withResolvers<void>();
  work(async () => {
    await held.promise;
    return DONE;
  });
  await waitUntil("an order to be in hand", async () => (await queue.getActiveCount()) === 1);
  await queue.pause();
  const glance = await glanceAt(queue, { ...NOTHING, inHand: 2 });
  expect(glance).toMatchObject({ waiting: 2, active: 1, paused: true });
  expect(glance.inHand).toEqual([1, 2, 3].map((n) => [idOf(n)]));
  held.resolve();
});
