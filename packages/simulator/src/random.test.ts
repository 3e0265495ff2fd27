import { expect, test } from "vitest";
import { drawn, mulberry32, randomFor } from "./random.ts";

test("mulberry32 gives the numbers of its reference implementation", () => {
  const random = mulberry32(1);
  expect([random(), random(), random()]).toEqual([
    0.6270739405881613, 0.002735721180215478, 0.5274470399599522,
  ]);
});

test("the same seed, purpose and number give the same chance", () => {
  expect(randomFor(7, "plan", 3)()).toBe(randomFor(7, "plan", 3)());
});

test.each([
  ["seed", randomFor(8, "plan", 3)],
  ["purpose", randomFor(7, "fault", 3)],
  ["number", randomFor(7, "plan", 4)],
])("another %s gives another chance", (_, random) => {
  expect(random()).not.toBe(randomFor(7, "plan", 3)());
});

test("first draws of neighbours spread evenly", () => {
  const tenths = new Array<number>(10).fill(0);
  for (let n = 0; n < 10_000; n++) {
    const tenth = Math.floor(randomFor(1, "plan", n)() * 10);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  expect(Math.min(...tenths)).toBeGreaterThan(900);
  expect(Math.max(...tenths)).toBeLessThan(1100);
});

test("a draw takes the choice its chance falls on, or none beyond the shares", () => {
  const choices = [
    { share: 0.25, value: "a" },
    { share: 0.5, value: "b" },
  ];
  expect([0, 0.24, 0.25, 0.74, 0.75].map((chance) => drawn(choices, chance))).toEqual([
    "a",
    "a",
    "b",
    "b",
    undefined,
  ]);
});
