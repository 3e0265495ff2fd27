import { expect, test } from "vitest";
import { count, duration, moment, percent } from "./words.ts";

test.for([
  [0, "0 ms"],
  [999.4, "999 ms"],
  [1000, "1 s"],
  [59_999, "59 s"],
  [200_000, "3 min 20 s"],
  [3_600_000, "1 h"],
  [187_200_000, "2 d 4 h"],
  [-5, "0 ms"],
] as const)("%d ms are told as %s", ([ms, words]) => {
  expect(duration(ms)).toBe(words);
});

test("large counts can be read", () => {
  expect(count(12_345)).toBe("12,345");
});

test("of nothing there is no share", () => {
  expect(percent(0, 0)).toBe("–");
  expect(percent(1, 3)).toBe("33.3 %");
});

test("a moment is told to the second and by its distance, in either direction", () => {
  const at = Date.UTC(2026, 0, 2, 3, 4, 5);
  expect(moment(at, at + 61_000).text).toContain("2026-01-02 03:04:05 UTC");
  expect(moment(at, at + 61_000).text).toContain("1 min 1 s ago");
  expect(moment(at, at - 2000).text).toContain("in 2 s");
});
