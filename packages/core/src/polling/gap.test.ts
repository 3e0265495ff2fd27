import fc from "fast-check";
import { expect, test } from "vitest";
import { type Look, nextGapMs, TRUSTED_FINALS } from "./gap.ts";
import { curveOf, type HazardCurve } from "./hazard-curve.ts";
import { emptySketch, learnFinal, learnPending } from "./hazard-sketch.ts";
import { type PollTerms, pricesFor } from "./poll-terms.ts";

const DAY_MS = 86_400_000;

function termsFor(batch: number, economy = false): PollTerms {
  return { batch, minMs: 1000, maxMs: 600_000, horizonMs: DAY_MS, economy, prices: pricesFor(batch) };
}

const SINGLE = termsFor(1);
const BATCH = termsFor(32);
const UNKNOWN = { silence: 1 };

/** What is learned when every message is asked about each second until it is final. */
function learnedFrom(finalAgesMs: readonly number[]): HazardCurve {
  const sketch = emptySketch();
  for (const ageMs of finalAgesMs) {
    learnPending(sketch, 0, ageMs - 1000);
    learnFinal(sketch, { fromAgeMs: ageMs - 1000, toAgeMs: ageMs, chance: 0.5 });
  }
  return curveOf(sketch);
}

/** The gap with the middle of the jitter. */
function gapMs(
  look: Partial<Look>,
  terms = SINGLE,
  learned: Parameters<typeof nextGapMs>[2] = UNKNOWN,
): number {
  const gap = nextGapMs({ ageMs: 0, lane: "normal", ...look }, terms, learned, 0.5);
  if (gap === undefined) throw new Error("the message is not looked at any more");
  return gap;
}

const anyAge = fc.integer({ min: 0, max: DAY_MS - 1 });
const anyLane = fc.constantFrom("urgent" as const, "normal" as const, "bulk" as const);
const anyTerms = fc
  .tuple(fc.constantFrom(1, 2, 32, 100), fc.boolean())
  .map(([batch, economy]) => termsFor(batch, economy));
const anyChance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const anyCurve = fc
  .array(fc.integer({ min: 1000, max: DAY_MS }), { minLength: 0, maxLength: 150 })
  .map(learnedFrom);

test("every gap lies between the shortest and the longest wait, whatever was learned", () => {
  fc.assert(
    fc.property(anyAge, anyLane, anyTerms, anyChance, anyCurve, (ageMs, lane, terms, chance, curve) => {
      const gap = nextGapMs({ ageMs, lane }, terms, { curve, silence: 1 }, chance) ?? Number.NaN;
      const leftMs = terms.horizonMs - ageMs;
      const longestMs = terms.economy ? Math.max(terms.maxMs, ageMs / 20) : terms.maxMs;
      expect(gap).toBeGreaterThanOrEqual(Math.min(terms.minMs, leftMs));
      expect(gap).toBeLessThanOrEqual(Math.min(longestMs * (1 + 1e-12), leftMs));
    }),
  );
});

test("the last look is taken at the horizon, and none after it", () => {
  expect(gapMs({ ageMs: DAY_MS - 5000 })).toBe(5000);
  expect(nextGapMs({ ageMs: DAY_MS, lane: "bulk" }, SINGLE, UNKNOWN, 0.5)).toBeUndefined();
});

test("on an unknown route the wait grows with age, and never faster than age does", () => {
  for (const terms of [SINGLE, BATCH]) {
    fc.assert(
      fc.property(anyAge, anyAge, anyLane, (one, other, lane) => {
        const [younger, older] = [Math.min(one, other), Math.max(one, other)];
        fc.pre(older < DAY_MS - terms.maxMs);
        const before = gapMs({ ageMs: younger, lane }, terms);
        const after = gapMs({ ageMs: older, lane }, terms);
        expect(after).toBeGreaterThanOrEqual(before);
        expect(after / before).toBeLessThanOrEqual(1.0001 * ((1000 + older) / (1000 + younger)));
      }),
    );
  }
});

test("in its first minute a message of a more urgent lane is never asked about later", () => {
  fc.assert(
    fc.property(fc.nat({ max: 60_000 }), anyTerms, anyCurve, (ageMs, terms, curve) => {
      const [urgent, normal, bulk] = (["urgent", "normal", "bulk"] as const).map((lane) =>
        gapMs({ ageMs, lane }, terms, { curve, silence: 1 }),
      );
      expect(urgent).toBeLessThanOrEqual(normal ?? 0);
      expect(normal).toBeLessThanOrEqual(bulk ?? 0);
    }),
  );
});

test("the formula serves until a route has a hundred finals, the learned curve after that", () => {
  const known = learnedFrom(Array.from({ length: TRUSTED_FINALS }, () => 60_000));
  const unknown = { ...known, finals: TRUSTED_FINALS - 1 };
  const formula = gapMs({ ageMs: 0 });
  expect(gapMs({ ageMs: 0 }, SINGLE, { curve: unknown, silence: 1 })).toBe(formula);
  expect(gapMs({ ageMs: 0 }, SINGLE, { curve: known, silence: 1 })).toBeGreaterThan(5 * formula);
});

test("a message waits until just after the time at which its route answers", () => {
  const curve = learnedFrom(Array.from({ length: 500 }, (_, n) => 121_000 + 10 * n));
  const due = 60_000 + gapMs({ ageMs: 60_000 }, SINGLE, { curve, silence: 1 });
  expect(due).toBeGreaterThan(107_000);
  expect(due).toBeLessThan(127_000);
});

test("the wait ends when the lateness to be expected has paid for the look", () => {
  const curve = learnedFrom(
    Array.from({ length: 300 }, (_, n) => 2000 + 40 * n + (n % 10 === 0 ? 600_000 : 0)),
  );
  for (const [ageMs, silence] of [
    [0, 1],
    [3000, 1],
    [20_000, 1],
    [300_000, 1],
    [0, 0.1],
    [5000, 0.02],
  ] as const) {
    const { latenessMs, fadeMs } = pricesFor(1).urgent;
    const due = ageMs + gapMs({ ageMs, lane: "urgent" }, SINGLE, { curve, silence });
    const stepMs = 1;
    let hazardSum = 0;
    let latenessSum = 0;
    for (let at = ageMs; at < due; at += stepMs) {
      const bucket = at < 250 ? 0 : 1 + Math.floor(4 * Math.log2(at / 250));
      hazardSum += (curve.perMs[bucket] ?? 0) * stepMs;
      const final = 1 - Math.exp(-hazardSum);
      const untold = (silence * final) / (1 - final + silence * final);
      latenessSum += (untold * stepMs) / (1 + at / fadeMs);
    }
    expect(latenessSum / latenessMs).toBeCloseTo(1, 1);
  }
});

test("the less pushes can be missed, the longer a message waits, and at most four times the longest wait", () => {
  const gaps = [1, 0.3, 0.05, 0.002].map((silence) => gapMs({ ageMs: 30_000 }, SINGLE, { silence }));
  expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
  expect((gaps[2] ?? 0) / (gaps[0] ?? 1)).toBeCloseTo(Math.sqrt(20), 1);
  expect(gapMs({ ageMs: DAY_MS / 2, lane: "bulk" }, SINGLE, { silence: 0.002 })).toBe(4 * 600_000);
});

test("the wait is spread by a tenth, but for the first look of what shares requests", () => {
  const at = (terms: PollTerms, ageMs: number, chance: number) =>
    nextGapMs({ ageMs, lane: "bulk" }, terms, UNKNOWN, chance) ?? 0;
  expect(at(SINGLE, 0, 0) / at(SINGLE, 0, 0.5)).toBeCloseTo(0.9);
  expect(at(SINGLE, 0, 0.999_999) / at(SINGLE, 0, 0.5)).toBeCloseTo(1.1);
  expect(at(BATCH, 0, 0)).toBe(at(BATCH, 0, 0.9));
  expect(at(BATCH, 9000, 0)).toBeLessThan(at(BATCH, 9000, 0.9));
});

test("a group is asked about the sooner, the more of it are pending", () => {
  const gaps = [1, 5, 100].map((group) => gapMs({ ageMs: 20_000, group }, termsFor(100)));
  expect(gaps).toEqual(gaps.toSorted((a, b) => b - a));
  expect(new Set(gaps).size).toBe(3);
});

test("economy asks less about old messages, and not less about new ones", () => {
  const economy = termsFor(1, true);
  expect(gapMs({ ageMs: 0, lane: "urgent" }, economy)).toBe(gapMs({ ageMs: 0, lane: "urgent" }));
  expect(gapMs({ ageMs: 20 * 3_600_000 }, economy)).toBeGreaterThan(3_000_000);
  expect(gapMs({ ageMs: 20 * 3_600_000 })).toBe(600_000);
});
