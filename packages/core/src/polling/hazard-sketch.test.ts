import fc from "fast-check";
import { expect, test } from "vitest";
import { BUCKETS, bucketOf, edgeMs } from "./hazard-buckets.ts";
import { curveOf } from "./hazard-curve.ts";
import {
  addSketch,
  emptySketch,
  forget,
  type HazardSketch,
  learnFinal,
  learnPending,
  memoryMs,
} from "./hazard-sketch.ts";
import { sketchFields, sketchOfFields } from "./sketch-fields.ts";

const DAY_MS = 86_400_000;

const anyLesson = fc.record({
  fromAgeMs: fc.integer({ min: 0, max: DAY_MS }),
  forMs: fc.integer({ min: 0, max: DAY_MS }),
  final: fc.boolean(),
  chance: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});
type Lesson = typeof anyLesson extends fc.Arbitrary<infer T> ? T : never;
const anyLessons = fc.array(anyLesson, { maxLength: 40 });

function learn(sketch: HazardSketch, { fromAgeMs, forMs, final, chance }: Lesson): void {
  const toAgeMs = fromAgeMs + forMs;
  if (final) learnFinal(sketch, { fromAgeMs, toAgeMs, chance });
  else learnPending(sketch, fromAgeMs, toAgeMs);
}

function learnedFrom(lessons: readonly Lesson[]): HazardSketch {
  const sketch = emptySketch();
  for (const lesson of lessons) learn(sketch, lesson);
  return sketch;
}

function sumOf(...sketches: readonly HazardSketch[]): HazardSketch {
  const sum = emptySketch();
  for (const sketch of sketches) addSketch(sum, sketch);
  return sum;
}

function expectSame(one: HazardSketch, other: HazardSketch): void {
  expect(one.finals).toBe(other.finals);
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    expect(one.events[bucket]).toBeCloseTo(other.events[bucket] ?? Number.NaN, 6);
    const [exposure, expected] = [one.exposureMs[bucket] ?? Number.NaN, other.exposureMs[bucket] ?? 0];
    expect(Math.abs(exposure - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected));
  }
}

test("sketches add up in any order, to what one would have learned of everything", () => {
  fc.assert(
    fc.property(anyLessons, anyLessons, anyLessons, (a, b, c) => {
      const all = learnedFrom([...a, ...b, ...c]);
      const [x, y, z] = [learnedFrom(a), learnedFrom(b), learnedFrom(c)];
      expectSame(sumOf(x, y, z), all);
      expectSame(sumOf(z, x, y), all);
      expectSame(sumOf(sumOf(x, y), z), sumOf(x, sumOf(y, z)));
    }),
  );
});

test("a sketch comes back from its fields, and adding the fields adds the sketches", () => {
  fc.assert(
    fc.property(anyLessons, anyLessons, (a, b) => {
      const stored = new Map<string, number>();
      for (const [field, value] of [...sketchFields(learnedFrom(a)), ...sketchFields(learnedFrom(b))]) {
        stored.set(field, (stored.get(field) ?? 0) + value);
      }
      const texts = Object.fromEntries([...stored].map(([field, value]) => [field, String(value)]));
      expectSame(sketchOfFields(texts), sumOf(learnedFrom(a), learnedFrom(b)));
    }),
  );
});

test("stored fields that are no counts are taken as never learned", () => {
  const fields = { n: "-3", d1: "x", d2: "2", e1: "Infinity", e2: "500", e99: "7", d5: "-1", "": "1" };
  const expected = emptySketch();
  expected.events[2] = 2;
  expected.exposureMs[2] = 500;
  expect(sketchOfFields(fields)).toEqual(expected);
});

test("every moment of watching counts once, in the bucket of its age", () => {
  fc.assert(
    fc.property(anyLessons, (lessons) => {
      const pending = lessons.map((lesson) => ({ ...lesson, final: false }));
      const watchedMs = pending.reduce((sum, { forMs }) => sum + forMs, 0);
      const exposureMs = learnedFrom(pending).exposureMs.reduce((sum, ms) => sum + ms, 0);
      expect(exposureMs).toBeCloseTo(watchedMs, 3);
    }),
  );
  const sketch = emptySketch();
  learnPending(sketch, edgeMs(10) + 1, edgeMs(11) + 3);
  expect(sketch.exposureMs[10]).toBeCloseTo(edgeMs(11) - edgeMs(10) - 1);
  expect(sketch.exposureMs[11]).toBeCloseTo(3);
});

test("a final counts once, within the interval in which it happened, even if the provider's clock is off", () => {
  const finishedAgeMs = fc.option(fc.integer({ min: -DAY_MS, max: 3 * DAY_MS }), { nil: undefined });
  fc.assert(
    fc.property(anyLesson, finishedAgeMs, ({ fromAgeMs, forMs, chance }, told) => {
      const sketch = emptySketch();
      const toAgeMs = fromAgeMs + forMs;
      learnFinal(sketch, { fromAgeMs, toAgeMs, chance, finishedAgeMs: told });
      const bucket = sketch.events.indexOf(1);
      expect(sketch.events.reduce((sum, count) => sum + count, 0)).toBe(1);
      expect(bucket).toBeGreaterThanOrEqual(bucketOf(fromAgeMs));
      expect(bucket).toBeLessThanOrEqual(bucketOf(toAgeMs));
      if (told !== undefined && told > fromAgeMs && told < toAgeMs) expect(bucket).toBe(bucketOf(told));
    }),
  );
});

test("looks that found a message pending keep the estimate from favouring the fast ones", () => {
  // Half of the messages become final at a steady 1/50 per second, the others never; all are watched for 200 s.
  const sketch = emptySketch();
  for (let n = 0; n < 2000; n++) {
    const finalAgeMs = n % 2 === 0 ? -50_000 * Math.log((n + 1) / 2001) : Number.POSITIVE_INFINITY;
    for (let ageMs = 0; ageMs < 200_000; ageMs += 4000) {
      if (finalAgeMs <= ageMs + 4000) {
        learnFinal(sketch, { fromAgeMs: ageMs, toAgeMs: ageMs + 4000, chance: (n % 100) / 100 });
        break;
      }
      learnPending(sketch, ageMs, ageMs + 4000);
    }
  }
  const { perMs } = curveOf(sketch);
  const expected = (ageMs: number): number => {
    const pending = Math.exp(-ageMs / 50_000);
    return pending / 50_000 / (1 + pending);
  };
  for (const ageMs of [10_000, 30_000, 60_000, 100_000]) {
    const middle = Math.sqrt(edgeMs(bucketOf(ageMs)) * edgeMs(bucketOf(ageMs) + 1));
    expect((perMs[bucketOf(ageMs)] ?? 0) / expected(middle)).toBeGreaterThan(0.85);
    expect((perMs[bucketOf(ageMs)] ?? 0) / expected(middle)).toBeLessThan(1.15);
  }
});

test("a bucket forgets what is beyond its memory, keeps its rate, and leaves the others alone", () => {
  const sketch = emptySketch();
  sketch.exposureMs[20] = 3 * memoryMs(20);
  sketch.events[20] = 60;
  sketch.exposureMs[40] = memoryMs(40) / 2;
  sketch.events[40] = 7;
  sketch.finals = 67;
  forget(sketch);
  expect(sketch.exposureMs[20]).toBeCloseTo(memoryMs(20));
  expect(sketch.events[20]).toBeCloseTo(20);
  expect([sketch.exposureMs[40], sketch.events[40], sketch.finals]).toEqual([memoryMs(40) / 2, 7, 67]);
  forget(sketch);
  expect(sketch.events[20]).toBeCloseTo(20);
});

test("what is forgotten gives way to what is new", () => {
  const sketch = emptySketch();
  const day = (fromAgeMs: number, toAgeMs: number): void => {
    for (let n = 0; n < 10_000; n++) {
      learnFinal(sketch, { fromAgeMs, toAgeMs, chance: 0.5 });
      if (n % 20 === 0) forget(sketch);
    }
  };
  day(1000, 3000);
  const before = curveOf(sketch).perMs[bucketOf(2000)] ?? 0;
  day(8000, 9000);
  learnPending(sketch, 0, 9000);
  for (let n = 0; n < 10_000; n++) {
    learnPending(sketch, 0, 4000);
    if (n % 20 === 0) forget(sketch);
  }
  expect(curveOf(sketch).perMs[bucketOf(2000)]).toBeLessThan(before / 10);
});
