import { expect, test } from "vitest";
import { redisClock, timeReplyMs } from "./redis-clock.ts";

test("the clock of Redis goes on from its last reading", () => {
  const clock = redisClock();
  clock.set(1_750_000_000_000);
  const read = clock.now();
  expect(read).toBeGreaterThanOrEqual(1_750_000_000_000);
  expect(read).toBeLessThan(1_750_000_001_000);
  clock.set(5);
  expect(clock.now()).toBeLessThan(1000);
});

test("an answer that a frozen process reads late does not set the clock back", () => {
  const clock = redisClock();
  clock.set(1_750_000_100_000);
  const askedAt = performance.now() - 60_000;
  clock.set(1_750_000_040_001, askedAt);
  expect(clock.now()).toBeGreaterThanOrEqual(1_750_000_100_000);
});

test("times are whole milliseconds", () => {
  const clock = redisClock();
  clock.set(1000.4);
  expect(Number.isInteger(clock.now())).toBe(true);
});

test("a clock that was never read throws instead of telling a wrong time", () => {
  expect(() => redisClock().now()).toThrow("was not read yet");
});

test("the reply of TIME becomes milliseconds, with numbers as texts or as numbers", () => {
  expect(timeReplyMs(["1750000000", "999999"])).toBe(1_750_000_000_999);
  expect(timeReplyMs([1_750_000_000, 1])).toBe(1_750_000_000_000);
});
