import fc from "fast-check";
import { expect, test } from "vitest";
import { checkGapMs } from "./check-schedule.ts";

const BOUNDS = { minMs: 1000, maxMs: 600_000 };

test("the wait between two checks is half the age of the message, within bounds", () => {
  const ages = [0, 1999, 10_000, 60_001, 1_200_000, 86_400_000];
  expect(ages.map((ageMs) => checkGapMs(ageMs, BOUNDS))).toEqual([
    1000, 1000, 5000, 30_001, 600_000, 600_000,
  ]);
});

test("the wait never shrinks with age and is a whole number of milliseconds", () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), (ageMs, moreMs) => {
      const gapMs = checkGapMs(ageMs, BOUNDS);
      expect(checkGapMs(ageMs + moreMs, BOUNDS)).toBeGreaterThanOrEqual(gapMs);
      expect(Number.isInteger(gapMs)).toBe(true);
    }),
  );
});

test("an age that a jump of the clock made negative waits the shortest time", () => {
  expect(checkGapMs(-5000, BOUNDS)).toBe(1000);
});
