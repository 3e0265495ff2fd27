import { expect, test } from "vitest";
import { type PushHealth, pushCame, pushMissed, silenceOf, UNKNOWN_PUSHES } from "./push-health.ts";

function after(health: PushHealth, events: number, missEvery: number): PushHealth {
  let now = health;
  for (let n = 1; n <= events; n++) now = n % missEvery === 0 ? pushMissed(now) : pushCame(now);
  return now;
}

const HEALTHY = after(UNKNOWN_PUSHES, 1000, Number.POSITIVE_INFINITY);

test("pushes of which nothing is known are nearly believed in", () => {
  expect(silenceOf(UNKNOWN_PUSHES)).toBeCloseTo(0.05, 2);
});

test("a push that is missed now and then is learned as rare", () => {
  expect(silenceOf(after(UNKNOWN_PUSHES, 2000, 20))).toBeGreaterThan(0.03);
  expect(silenceOf(after(UNKNOWN_PUSHES, 2000, 20))).toBeLessThan(0.08);
});

test("a dead hook is noticed within a hundred events, and so is one that works again", () => {
  expect(silenceOf(HEALTHY)).toBeLessThan(0.01);
  const dead = after(HEALTHY, 100, 1);
  expect(silenceOf(dead)).toBeGreaterThan(0.6);
  expect(silenceOf(after(after(HEALTHY, 1000, 1), 100, Number.POSITIVE_INFINITY))).toBeLessThan(0.4);
});

test("no push is ever taken for certain", () => {
  expect(silenceOf(after(HEALTHY, 100_000, Number.POSITIVE_INFINITY))).toBeGreaterThan(0);
});
