import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { picture, plainLine, type Standing, timeLeftMs } from "./progress.ts";

const STANDING: Standing = {
  elapsedMs: 2400,
  messages: 100,
  states: new Map([
    ["delivered", 50],
    ["queued", 49],
    ["held", 1],
  ]),
  perSecond: 20,
  leftMs: 7001,
};

function lines(standing: Standing, columns: number): string[] {
  return picture(standing, columns).map(stripVTControlCharacters);
}

test("a bar is as long as the share of its state", () => {
  expect(lines(STANDING, 121)).toContain(`delivered        50 ${"█".repeat(30)}`);
});

test("a state with a single message among many is seen", () => {
  expect(lines({ ...STANDING, messages: 10_000 }, 100)).toContain("held              1 █");
});

test.each([40, 80, 200])("no line is wrapped by a terminal of %i columns", (columns) => {
  expect(Math.max(...lines(STANDING, columns).map((line) => line.length))).toBeLessThan(columns);
});

test("an unusual state has a bar only while a message is in it", () => {
  const states = new Map([["queued", 1]] as const);
  expect(lines({ ...STANDING, states }, 80).join()).not.toContain("held");
});

test("the plain line tells time, rate and every state in the order of a message's life", () => {
  expect(plainLine(STANDING)).toBe(
    "2.4 s, 100 messages, 20 sent in the last second, at most 8 s left: queued 49, held 1, delivered 50",
  );
});

test("a load without end has no time left", () => {
  expect(plainLine({ ...STANDING, leftMs: undefined })).not.toContain("left");
});

test("while messages wait, they go at the limit and the last may never be reported", () => {
  const remaining = { waiting: 100, sendPerSecond: 50, lastSubmittedAt: 900, horizonMs: 8000 };
  expect(timeLeftMs(remaining, 1000)).toBe(10_000);
});

test("once all are submitted, the horizon of the last one is the end", () => {
  const remaining = { waiting: 0, sendPerSecond: 50, lastSubmittedAt: 900, horizonMs: 8000 };
  expect(timeLeftMs(remaining, 1000)).toBe(7900);
});

test("when all are final, no time is left", () => {
  const remaining = { waiting: 0, sendPerSecond: 50, lastSubmittedAt: undefined, horizonMs: 8000 };
  expect(timeLeftMs(remaining, 1000)).toBe(0);
});
