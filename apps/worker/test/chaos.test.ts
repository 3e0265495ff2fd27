import { expect, test } from "vitest";
import { PROVIDER_NAMES } from "../chaos/providers.ts";
import { runChaos } from "../chaos/run.ts";

/** Half a minute of faults, and as long as a crowded machine may need until all that it left behind is final. */
const TEST = { timeout: 300_000 };
const MESSAGES = 40;

test(
  "through kills, freezes, cuts and restarts of Redis no message is lost, taken twice or told wrongly",
  TEST,
  async () => {
    const { verdicts, crashes } = await runChaos({
      seed: 4,
      seconds: 30,
      messages: MESSAGES,
      providers: PROVIDER_NAMES,
      afterwardsMs: { "if told": 20_000, "may be": 12_000 },
    });
    expect(verdicts.flatMap(({ violations }) => violations)).toEqual([]);
    expect(crashes).toEqual([]);
    for (const { row, counts } of verdicts)
      expect([row.name, counts.acknowledged]).toEqual([row.name, MESSAGES]);
    // Nothing would be proven by a run in which little arrived.
    const arrived = verdicts
      .filter(({ row }) => row.untaken === "never")
      .map(({ counts }) => counts.delivered);
    expect(Math.min(...arrived)).toBeGreaterThan(MESSAGES / 2);
  },
);
