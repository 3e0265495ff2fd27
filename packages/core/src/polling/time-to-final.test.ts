import { expect, test } from "vitest";
import { emptySketch, learnFinal, learnPending } from "./hazard-sketch.ts";
import { timeToFinalOf } from "./time-to-final.ts";

/** Messages that are watched each second until they are final, or for ten minutes. */
function learnedFrom(finalAgesMs: readonly (number | undefined)[]) {
  const sketch = emptySketch();
  for (const ageMs of finalAgesMs) {
    if (ageMs === undefined) learnPending(sketch, 0, 90_000_000);
    else learnFinal(sketch, { fromAgeMs: 0, toAgeMs: ageMs, finishedAgeMs: ageMs, chance: 0 });
  }
  return sketch;
}

test("half and 95 of a hundred are final by the ages that are told, and the share that never is", () => {
  const finals = Array.from({ length: 950 }, (_, n) => 1000 * (1 + (n % 100)));
  const never = Array.from({ length: 50 }, () => undefined);
  const {
    p50Ms = 0,
    p95Ms = 0,
    neverShare = 0,
    finals: count,
  } = timeToFinalOf(learnedFrom([...finals, ...never]));
  expect(count).toBe(950);
  expect(p50Ms / 50_000).toBeGreaterThan(0.85);
  expect(p50Ms / 50_000).toBeLessThan(1.15);
  expect(p95Ms / 95_000).toBeGreaterThan(0.85);
  expect(p95Ms / 95_000).toBeLessThan(1.15);
  expect(neverShare).toBeGreaterThan(0.04);
  expect(neverShare).toBeLessThan(0.06);
});

test("of a route without a final nothing is told", () => {
  expect(timeToFinalOf(emptySketch())).toEqual({
    finals: 0,
    p50Ms: undefined,
    p95Ms: undefined,
    neverShare: undefined,
  });
});
