import fc from "fast-check";
import { expect, test } from "vitest";
import { dueOfScore, dueScore } from "./due-score.ts";

const anyDueAt = fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2039, 0) });
const anyGapMs = fc.integer({ min: 2, max: 2_400_000 });

test("a score gives back when a message is due, and how long it will have waited, through the text of Redis too", () => {
  fc.assert(
    fc.property(anyDueAt, anyGapMs, (dueAt, gapMs) => {
      const back = dueOfScore(Number(String(dueScore(dueAt, gapMs))));
      expect(back.dueAt).toBe(dueAt);
      expect(Math.abs(back.gapMs / gapMs - 1)).toBeLessThan(0.003);
    }),
  );
});

test("scores are in the order of the due times", () => {
  fc.assert(
    fc.property(anyDueAt, anyDueAt, anyGapMs, anyGapMs, (one, other, oneGap, otherGap) => {
      fc.pre(one < other);
      expect(dueScore(one, oneGap)).toBeLessThan(dueScore(other, otherGap));
    }),
  );
});

test("a gap longer than any other is taken for the longest that can be told", () => {
  const { dueAt, gapMs } = dueOfScore(dueScore(1_800_000_000_000, Number.MAX_VALUE));
  expect(dueAt).toBe(1_800_000_000_000);
  expect(gapMs).toBeGreaterThan(2 ** 31);
});
