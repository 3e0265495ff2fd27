import { setImmediate } from "node:timers/promises";
import type { Decision } from "@hermod/core/decision";
import { waitUntil } from "@hermod/testing/wait";
import { expect, onTestFinished, test } from "vitest";
import { openPlaces } from "./places.ts";

const DONE: Decision = { kind: "done" };

function opened(
  parts: { enough?: number; most?: number; mostUrgent?: () => Promise<number | undefined> } = {},
) {
  const filled: number[] = [];
  const places = openPlaces({
    enough: 10,
    most: 10,
    fill: (count) => filled.push(count),
    mostUrgent: async () => undefined,
    ...parts,
  });
  onTestFinished(() => places[Symbol.dispose]());
  const begun: string[] = [];
  /** An order that lasts until it is told to end, or to make way. */
  const order = (name: string, priority: number, size = 100) => {
    const end = Promise.withResolvers<void>();
    const ended = places.during({ size, priority }, async (yields) => {
      begun.push(name);
      yields.addEventListener("abort", () => end.resolve());
      await end.promise;
      return yields.aborted ? { kind: "retry", afterMs: 0 } : DONE;
    });
    return { ended, end: () => end.resolve() };
  };
  return { filled, begun, order };
}

test("the last place begins nothing, until another order is done", async () => {
  const { begun, order } = opened();
  const orders = [order("a", 3), order("b", 3), order("c", 3)];
  await setImmediate();
  expect(begun).toEqual(["a", "b"]);
  orders[0]?.end();
  await orders[0]?.ended;
  await setImmediate();
  expect(begun).toEqual(["a", "b", "c"]);
});

test("a more urgent order begins at once in the last place", async () => {
  const { begun, order } = opened();
  for (const name of ["a", "b"]) order(name, 3);
  order("urgent", 1);
  await setImmediate();
  expect(begun).toEqual(["a", "b", "urgent"]);
});

test("an order that has not begun makes way for a more urgent one that waits in the queue", async () => {
  const { begun, order } = opened({ mostUrgent: async () => 1 });
  for (const name of ["a", "b"]) order(name, 3);
  expect(await order("c", 3).ended).toEqual({ kind: "retry", afterMs: 0 });
  expect(begun).toEqual(["a", "b"]);
});

test("an order in progress makes way when there is no other, and one that is as urgent never does", async () => {
  let waiting = 2;
  let looks = 0;
  const mostUrgent = async () => {
    looks += 1;
    return waiting;
  };
  const { order } = opened({ mostUrgent });
  const orders = [order("a", 2), order("b", 2), order("urgent", 1)];
  await waitUntil("some looks", () => looks > 2);
  waiting = 1;
  const first = await Promise.race(orders.map(async ({ ended }, index) => [index, await ended] as const));
  expect(first[0]).toBeLessThan(2);
  expect(first[1]).toEqual({ kind: "retry", afterMs: 0 });
});

test("there are as many places as keep the account busy: few for large orders, more for small ones", async () => {
  const { filled, order } = opened({ enough: 100, most: 40 });
  const large = order("large", 3);
  expect(filled).toEqual([3]);
  large.end();
  await large.ended;
  for (let count = 0; count < 100; count += 1) {
    const small = order("small", 3, 1);
    small.end();
    await small.ended;
  }
  expect(filled.at(-1)).toBe(40);
});
