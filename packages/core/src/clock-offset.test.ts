import { expect, test } from "vitest";
import { clockOffset } from "./clock-offset.ts";

test("the first reading is taken as it is", () => {
  expect(clockOffset(undefined, { atMs: 5000, askedAt: 10, answeredAt: 30 })).toBe(4970);
});

test("a reading that comes late, because a process was frozen or a network slow, does not set the clock back", () => {
  const known = clockOffset(undefined, { atMs: 5000, askedAt: 10, answeredAt: 10 });
  expect(clockOffset(known, { atMs: 5090, askedAt: 100, answeredAt: 60_100 })).toBe(known);
});

test("a clock that was set is believed, as far as the reading is precise", () => {
  const known = clockOffset(undefined, { atMs: 5000, askedAt: 0, answeredAt: 0 });
  expect(clockOffset(known, { atMs: 9000, askedAt: 100, answeredAt: 120 })).toBe(8880);
  expect(clockOffset(known, { atMs: 1000, askedAt: 100, answeredAt: 120 })).toBe(900);
});
