import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { allAgree, type ReportParts, report, reportData } from "./report.ts";
import type { Verdict } from "./truth.ts";

const VERDICT: Verdict = {
  id: "m1",
  demanded: "delivered",
  told: "delivered",
  timesAccepted: 1,
  agrees: true,
};
const WRONG: Verdict = { ...VERDICT, id: "m2", told: "unknown", agrees: false };

function parts(...verdicts: readonly (readonly Verdict[])[]): ReportParts {
  const accounts = verdicts.map((own, index) => ({
    name: `a${index}`,
    provider: "Somebody",
    verdicts: own,
    views: [],
    log: { accepted: [], requests: [], pushes: 0 },
    idOf: ({ id }: { id: string }) => id,
    sendPerSecond: 50,
  }));
  return { accounts, elapsedMs: 4000 };
}

const lines = (given: ReportParts) => report(given, 100).map(stripVTControlCharacters);

test("several accounts have a table each, and one for all of them", () => {
  const heads = lines(parts([VERDICT], [VERDICT])).filter((line) => line.startsWith("──"));
  expect(heads.map((line) => line.replace(/ ─.*/, ""))).toEqual([
    "── a0, Somebody",
    "── a1, Somebody",
    "── all accounts",
  ]);
});

test("one account alone has one table", () => {
  expect(lines(parts([VERDICT])).filter((line) => line.startsWith("──"))).toHaveLength(1);
});

test("when all agree, that is the last word", () => {
  const given = parts([VERDICT], [VERDICT]);
  expect(allAgree(given)).toBe(true);
  expect(lines(given).at(-1)).toBe(
    "All 2 messages ended as the providers' logs demand, after 4.0 s; accepted twice: 0",
  );
});

test("a message that differs, at whatever account, is named with what it is and what it should be", () => {
  const given = parts([VERDICT], [WRONG]);
  expect(allAgree(given)).toBe(false);
  expect(lines(given).slice(-2)).toEqual([
    "1 of 2 messages differ from the providers' logs, after 4.0 s:",
    "  m2   Hermod says unknown, the provider's log demands delivered",
  ]);
});

test("many differences are cut short", () => {
  expect(lines(parts(Array.from({ length: 30 }, () => WRONG))).at(-1)).toBe("  and 10 more");
});

test("the data has the figures of each account and of all, and what differs", () => {
  expect(reportData(parts([VERDICT], [WRONG]))).toMatchObject({
    agrees: false,
    elapsedMs: 4000,
    accounts: [
      { account: "a0", provider: "Somebody", messages: 1, differing: 0 },
      { account: "a1", messages: 1, differing: 1 },
    ],
    total: { messages: 2, differing: 1 },
    differing: [{ id: "m2", told: "unknown", demanded: "delivered" }],
  });
});
