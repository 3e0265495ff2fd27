import { expect, test } from "vitest";
import { brokenRules, type Rules } from "./broken-rules.ts";
import { figuresOf } from "./figures.ts";
import { play } from "./judge.ts";
import { SCENARIOS, type ScenarioName } from "./scenarios.ts";
import { generateTrace } from "./trace.ts";

const PATIENCE = { timeout: 60_000 };
const SEED = 1001;
const OUTAGE = [2000, 2600] as const;

const CASES: readonly (readonly [ScenarioName, Rules])[] = [
  ["single", { answerSeconds: 2, perSecond: 10, burst: 10, pauseSeconds: 30 }],
  ["single, pushed", { answerSeconds: 2, perSecond: 20, burst: 20, pauseSeconds: 30 }],
  ["batch 32", { answerSeconds: 2, perSecond: 1, burst: 3, pauseSeconds: 30 }],
];

test.each(CASES)(
  "%s: slow answers, a tight budget and an outage break no rule and lose no final",
  PATIENCE,
  (name, rules) => {
    const trace = generateTrace({ ...SCENARIOS[name], seconds: 3600 }, SEED);
    const { answerSeconds, perSecond, burst } = rules;
    const replayed = play(trace, SEED, { rate: perSecond, burst }, { answerSeconds, refuses: OUTAGE });
    expect(brokenRules(trace, replayed, rules)).toEqual([]);
  },
);

test("an outage of ten minutes costs about one request in each half minute", PATIENCE, () => {
  const trace = generateTrace({ ...SCENARIOS["batch 32"], seconds: 3600 }, SEED);
  const { sentRequests } = play(trace, SEED, {}, { refuses: OUTAGE });
  const refused = sentRequests.filter((request) => request.refused);
  expect(refused.length).toBeGreaterThanOrEqual(10);
  expect(refused.length).toBeLessThanOrEqual(21);
  expect(sentRequests.some(({ atSeconds }) => atSeconds >= 2600 && atSeconds < 2640)).toBe(true);
});

test("a budget of three times what full requests for every message would take loses little", PATIENCE, () => {
  const trace = generateTrace({ ...SCENARIOS["batch 100"], seconds: 300 }, SEED);
  const free = figuresOf(trace, play(trace, SEED));
  const bound = figuresOf(trace, play(trace, SEED, { rate: 1.5, burst: 5 }));
  expect(bound.undetected).toBe(0);
  expect(bound.meanLag / free.meanLag).toBeLessThan(1.3);
  expect(bound.p95Lag / free.p95Lag).toBeLessThan(1.3);
});

test(
  "the formula alone, without learning, loses no final and stays far below the usual design",
  PATIENCE,
  () => {
    const trace = generateTrace(SCENARIOS["batch 32"], SEED);
    const formula = play(trace, SEED, { learn: false });
    expect(brokenRules(trace, formula)).toEqual([]);
    expect(figuresOf(trace, formula).requestsPerMessage).toBeLessThan(0.4);
  },
);
