import { expect, test } from "vitest";
import { spreadOf, tally } from "./figures.ts";

test("a percentile is the measured value that so many are not above", () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(spreadOf(values)).toEqual({ count: 100, p50: 50, p95: 95, p99: 99 });
});

test("one value is every percentile", () => {
  expect(spreadOf([7])).toEqual({ count: 1, p50: 7, p95: 7, p99: 7 });
});

test("nothing measured has no spread", () => {
  expect(spreadOf([])).toBeUndefined();
});

test("a tally counts each thing", () => {
  expect(tally(["a", "b", "a"])).toEqual(
    new Map([
      ["a", 2],
      ["b", 1],
    ]),
  );
});
