import { describe, expect, test } from "vitest";
import { brokenRules } from "./broken-rules.ts";
import { judge } from "./judge.ts";
import { brokenLimits, ECONOMY_LIMITS, LIMITS } from "./limits.ts";
import type { ScenarioName } from "./scenarios.ts";

const SEEDS = [1001, 1002, 1003];
const PATIENCE = { timeout: 60_000 };

/** One message in each request. Where there are many messages one seed has to do; `bench/polling-limits.ts` takes any. */
const CASES: readonly (readonly [ScenarioName, readonly number[]])[] = [
  ["single", SEEDS],
  ["single, cascade", SEEDS],
  ["single, slow", [1002]],
  ["single, slower by six", [1003]],
  ["single, pushed", [1001]],
  ["single, poor", [1001]],
];

describe.each(CASES)("%s", (name, seeds) => {
  test.each(seeds)("the policy keeps every limit and every rule, seed %i", PATIENCE, (seed) => {
    const { trace, ratios, figures, replayed } = judge(name, seed);
    expect(brokenLimits(ratios, LIMITS[name])).toEqual([]);
    expect(brokenRules(trace, replayed)).toEqual([]);
    expect(figures.undetected).toBe(0);
  });
});

test.each(SEEDS)("economy saves requests for lateness of old messages only, seed %i", PATIENCE, (seed) => {
  const { ratios, figures } = judge("single", seed, { relGap: 0.05 });
  expect(brokenLimits(ratios, ECONOMY_LIMITS)).toEqual([]);
  expect(figures.undetected).toBe(0);
});
