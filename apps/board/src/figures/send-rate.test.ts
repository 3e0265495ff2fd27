import { expect, test } from "vitest";
import { NOW, standing } from "../../test/standings.ts";
import { sendRate } from "./send-rate.ts";

/** Messages that were taken one every `everyMs`, the last one now. */
function every(everyMs: number, count: number) {
  return Array.from({ length: count }, (_, n) => standing({ submittedAt: NOW - n * everyMs }));
}

test("what was taken in the last minute counts, and nothing before", () => {
  const older = [standing({ submittedAt: NOW - 60_000 }), standing({})];
  expect(sendRate([...every(1000, 30), ...older], false, NOW)).toBe(0.5);
});

test("when only the newest were looked at, the time that they cover counts", () => {
  expect(sendRate(every(10, 1000), true, NOW)).toBeCloseTo(100, 0);
});

test("a burst of a moment is not taken for a rate of thousands", () => {
  expect(sendRate(every(0, 50), true, NOW)).toBe(50);
  expect(sendRate([], true, NOW)).toBe(0);
});
