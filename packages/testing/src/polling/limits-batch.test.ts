import { describe, expect, test } from "vitest";
import { brokenRules } from "./broken-rules.ts";
import { judge } from "./judge.ts";
import { brokenLimits, LIMITS } from "./limits.ts";
import type { ScenarioName } from "./scenarios.ts";

const SEEDS = [1001, 1002, 1003];
const PATIENCE = { timeout: 60_000 };

/** Many messages in each request. Where there are very many, one seed has to do; `bench/polling-limits.ts` takes any. */
const CASES: readonly (readonly [ScenarioName, readonly number[]])[] = [
  ["batch 32, thin", SEEDS],
  ["batch 32", SEEDS],
  ["batch 32, cascade", SEEDS],
  ["batch 32, slow", [1002]],
  ["batch 32, stalled", [1001]],
  ["batch 100", [1002]],
  ["batch 100, busy", [1003]],
  ["batch 100, pushed", [1001]],
];

describe.each(CASES)("%s", (name, seeds) => {
  test.each(seeds)("the policy keeps every limit and every rule, seed %i", PATIENCE, (seed) => {
    const { trace, ratios, figures, replayed } = judge(name, seed);
    expect(brokenLimits(ratios, LIMITS[name])).toEqual([]);
    expect(brokenRules(trace, replayed)).toEqual([]);
    expect(figures.undetected).toBe(0);
  });
});
