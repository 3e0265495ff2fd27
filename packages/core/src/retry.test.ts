import fc from "fast-check";
import { expect, test } from "vitest";
import { jittered, retryDelayMs } from "./retry.ts";
import { THROTTLE_DEFAULT_MS, THROTTLE_MAX_MS, throttleRestMs } from "./terms.ts";

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const DELAYS = [1000, 5000, 30_000];

test("jitter stays within a fifth of the delay, and reaches both ends", () => {
  fc.assert(
    fc.property(fc.nat({ max: 86_400_000 }), chance, (delayMs, by) => {
      const waitMs = jittered(delayMs, by);
      expect(waitMs).toBeGreaterThanOrEqual(Math.floor(delayMs * 0.8));
      expect(waitMs).toBeLessThanOrEqual(Math.ceil(delayMs * 1.2));
      expect(Number.isInteger(waitMs)).toBe(true);
    }),
  );
  expect([jittered(1000, 0), jittered(1000, 0.5), jittered(1000, 1)]).toEqual([800, 1000, 1200]);
});

test("the n-th failure waits the n-th delay of the list", () => {
  expect([1, 2, 3].map((spent) => retryDelayMs(spent, DELAYS, 0.5))).toEqual(DELAYS);
});

test("the length of the list is the limit of retries", () => {
  expect(retryDelayMs(4, DELAYS, 0.5)).toBe("exhausted");
  expect(retryDelayMs(1, [], 0.5)).toBe("exhausted");
});

test("a throttled account rests as long as it was told, within bounds and in whole milliseconds", () => {
  expect(throttleRestMs(undefined)).toBe(THROTTLE_DEFAULT_MS);
  expect(throttleRestMs(7000)).toBe(7000);
  expect(throttleRestMs(0)).toBe(100);
  expect(throttleRestMs(-5)).toBe(100);
  expect(throttleRestMs(1e12)).toBe(THROTTLE_MAX_MS);
  expect(throttleRestMs(1234.5)).toBe(1235);
});
