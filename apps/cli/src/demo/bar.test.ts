import { stripVTControlCharacters } from "node:util";
import { STATES, type State } from "@hermod/core/state";
import { expect, test } from "vitest";
import { bar, legend } from "./bar.ts";

const plain = (counts: readonly (readonly [State, number])[], room: number) =>
  stripVTControlCharacters(bar(new Map(counts), room));

test("each state has its share of a bar, the end of the walk first", () => {
  expect(
    plain(
      [
        ["queued", 5],
        ["sending", 1],
        ["submitted", 1],
        ["undelivered", 1],
        ["delivered", 2],
      ],
      10,
    ),
  ).toBe("██▇▓▒░░░░░");
});

test("a state with a single message among many is seen", () => {
  expect(
    plain(
      [
        ["delivered", 10_000],
        ["held", 1],
      ],
      20,
    ),
  ).toBe(`${"█".repeat(19)}▒`);
});

test.each([1, 7, 33, 100])("a bar fills a room of %i, whatever the counts", (room) => {
  const counts = STATES.slice(0, Math.min(room, 5)).map((state, index) => [state, 3 ** index] as const);
  expect(plain(counts, room)).toHaveLength(room);
});

test("a bar of nothing is empty", () => {
  expect(plain([], 5)).toBe("     ");
});

test("every state has a look", () => {
  for (const state of STATES) expect(plain([[state, 1]], 1).trim()).not.toBe("");
});

test("a legend tells how many there are, an unusual state only while a message is in it", () => {
  const words = (counts: readonly (readonly [State, number])[]) =>
    legend(new Map(counts)).map(stripVTControlCharacters);
  expect(words([["delivered", 3]])).toContain("█ delivered 3");
  expect(words([["delivered", 3]]).join()).not.toContain("held");
  expect(words([["held", 1]])).toContain("▒ held 1");
});
