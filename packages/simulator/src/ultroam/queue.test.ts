import { expect, test } from "vitest";
import { openQueue } from "./queue.ts";

const NEVER = Number.POSITIVE_INFINITY;

function filled(perSecond: number, items = ["a", "b", "c"]) {
  const queue = openQueue<string>(perSecond);
  for (const item of items) queue.add(item, 1000);
  return { ...queue, leaveTimes: () => items.map(queue.leavesAt) };
}

test.each([
  ["2 in a second", 2, [1000, 1500, 2000]],
  ["no limit", NEVER, [1000, 1000, 1000]],
  ["nothing", 0, [NEVER, NEVER, NEVER]],
])("a queue that lets %s go keeps the order and the rate", (_, perSecond, times) => {
  expect(filled(perSecond).leaveTimes()).toEqual(times);
});

test("what comes when nothing waits leaves at once", () => {
  const queue = filled(2);
  queue.add("d", 9000);
  expect(queue.leavesAt("d")).toBe(9000);
});

test("the length is what has not left", () => {
  const queue = filled(2);
  expect([999, 1000, 1500, 2000].map(queue.length)).toEqual([3, 2, 1, 0]);
});

test.each([
  ["faster", 10, [1000, 1100, 1200]],
  ["slower", 1, [1000, 1100, 2100]],
  ["not at all", 0, [1000, NEVER, NEVER]],
])("a new rate moves what waits %s, and nothing that has left", (_, perSecond, times) => {
  const queue = filled(2);
  queue.setRate(perSecond, 1100);
  expect(queue.leaveTimes()).toEqual(times);
});

test("a queue that was stopped goes on from when it is told", () => {
  const queue = filled(0);
  queue.setRate(2, 5000);
  expect(queue.leaveTimes()).toEqual([5000, 5500, 6000]);
});

test("what is dropped never leaves", () => {
  const queue = filled(2);
  expect(queue.drop(1500)).toEqual(["c"]);
  expect(queue.leaveTimes()).toEqual([1000, 1500, NEVER]);
  expect(queue.length(1500)).toBe(0);
});
