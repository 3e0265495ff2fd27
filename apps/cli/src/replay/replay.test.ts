import { describe, expect, test } from "vitest";
import { parseCommandLine } from "../command-line.ts";
import { UsageError } from "../usage-error.ts";
import { describePlan } from "./replay.ts";

const PLAN = {
  found: 9,
  withoutText: 2,
  pastDeadline: 3,
  maybeSent: 4,
  replayedBefore: 1,
  goes: 2,
  couldDuplicate: 0,
  aboutCost: { RUB: 21.2 },
  withoutPrice: 1,
};

describe("what is said before a replay", () => {
  test("is how many there are, what they cost, and each reason not to", () => {
    expect(describePlan(PLAN, { evenIfMaybeSent: false, expiresInMs: undefined })).toEqual([
      "9 found; of these, one of which may be several:",
      "  2 have no text any more (retention.textMs), and cannot be sent again",
      "  3 are past their deadline, and are left out without --expires-in-ms",
      "  4 may have been sent, and are left out without --even-if-maybe-sent",
      "  1 were replayed before, and are left out",
      "2 would be sent: about 21.2 RUB, 1 of unknown price; 0 of them could be somebody's second one.",
    ]);
  });
});

test("a replay is asked for by states and time", () => {
  const line = ["replay", "--state", "failed,unknown", "--since", "2h", "--account", "main", "--dry-run"];
  expect(parseCommandLine(line)).toMatchObject({
    name: "replay",
    states: ["failed", "unknown"],
    since: { agoMs: 7_200_000 },
    account: "main",
    dryRun: true,
    evenIfMaybeSent: false,
  });
  const at = parseCommandLine(["replay", "--state", "failed", "--since", "2026-11-27T08:00Z"]);
  expect(at).toMatchObject({ since: { at: Date.UTC(2026, 10, 27, 8) } });
  for (const bad of [
    ["--state", "failed"],
    ["--state", "failed", "--since", "yesterday"],
  ])
    expect(() => parseCommandLine(["replay", ...bad])).toThrow(UsageError);
});
