import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { picture, plainLine, type Standing, timeLeftMs } from "./progress.ts";

const STANDING: Standing = {
  elapsedMs: 2400,
  leftMs: 7001,
  accounts: [
    {
      name: "webcom-demo",
      perSecond: 8,
      states: new Map([
        ["delivered", 50],
        ["queued", 49],
        ["held", 1],
      ]),
    },
    { name: "bitel-demo", perSecond: 2, states: new Map([["undelivered", 4]]) },
  ],
};

function lines(standing: Standing, columns: number): string[] {
  return picture(standing, columns).map(stripVTControlCharacters);
}

test("the picture has a bar for each account and one for all", () => {
  const shown = lines(STANDING, 100);
  expect(shown[0]).toMatch(/^webcom-demo {2}[█▒░]+ +50 of 100 final, 8\/s$/);
  expect(shown[1]).toMatch(/^bitel-demo {3}▇+ +4 of 4 final, 2\/s$/);
  expect(shown[2]).toMatch(/^all +[█▇▒░]+ {2}54 of 104 final, 10\/s$/);
  expect(shown.at(-1)).toBe("2.4 s, at most 8 s left");
});

test("one account alone is all", () => {
  const alone = { ...STANDING, accounts: STANDING.accounts.slice(0, 1) };
  expect(lines(alone, 100).join("\n")).not.toMatch(/^all /m);
});

test("the legend counts over all accounts", () => {
  expect(lines(STANDING, 200)).toContainEqual(
    expect.stringMatching(/█ delivered 50 .*▇ undelivered 4 .*░ queued 49/),
  );
});

test.each([60, 80, 100, 200])("no line is wrapped by a terminal of %i columns", (columns) => {
  expect(Math.max(...lines(STANDING, columns).map((line) => line.length))).toBeLessThan(columns);
});

test("the plain line tells time, each account, and every state in the order of a message's life", () => {
  expect(plainLine(STANDING)).toBe(
    "2.4 s, at most 8 s left; final: webcom-demo 50/100, bitel-demo 4/4; queued 49, held 1, delivered 50, undelivered 4",
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
