import { BUCKETS, bucketOf, edgeMs } from "./hazard-buckets.ts";
import type { HazardCurve } from "./hazard-curve.ts";
import { type Urgency, weightAt } from "./poll-terms.ts";

/** Within one step of the sum, the chance to have become final grows by about this much at most. */
const STEP_HAZARD = 0.25;

/**
 * The age at which the lateness that is to be expected has paid for another look at a message that was last seen pending at
 * `fromAgeMs`: the first age u with ∫ weight(x) · P(final by x, and nobody told) dx = price. Infinite when that is not reached
 * before `endAgeMs`. `silence` is the probability that the provider will not push what became final.
 */
export function paidAgeMs(
  curve: HazardCurve,
  fromAgeMs: number,
  urgency: Urgency,
  silence: number,
  endAgeMs: number,
): number {
  const { perMs } = curve;
  const first = bucketOf(fromAgeMs);
  let age = fromAgeMs;
  let hazardSum = 0;
  let late = 0;
  let left = urgency.dueMs;
  for (let bucket = first; bucket < BUCKETS && age < endAgeMs; bucket++) {
    const hazard = perMs[bucket] ?? 0;
    const restMs = edgeMs(bucket + 1) - age;
    const least = bucket === first ? 4 : 1;
    const steps = Math.min(8, Math.max(least, Math.ceil((restMs * hazard) / STEP_HAZARD)));
    const stepMs = restMs / steps;
    for (let step = 0; step < steps; step++) {
      const half = stepMs / 2;
      const middle = lateShare(hazardSum + hazard * half, silence) * weightAt(age + half, urgency);
      hazardSum += hazard * stepMs;
      const end = lateShare(hazardSum, silence) * weightAt(age + stepMs, urgency);
      // Simpson's rule.
      const earned = ((late + 4 * middle + end) * stepMs) / 6;
      if (earned >= left) return age + earnedAfterMs(left, late, (end - late) / stepMs, stepMs);
      left -= earned;
      age += stepMs;
      late = end;
    }
  }
  return Number.POSITIVE_INFINITY;
}

/** The probability to be final and untold, when the hazard since the last look adds up to `hazardSum`. */
function lateShare(hazardSum: number, silence: number): number {
  const final = 1 - Math.exp(-hazardSum);
  return silence >= 1 ? final : (silence * final) / (1 - final + silence * final);
}

/** How far into a step, within which lateness begins at `late` and grows by `slope`, `price` is earned. */
function earnedAfterMs(price: number, late: number, slope: number, stepMs: number): number {
  const after =
    Math.abs(slope) < 1e-18
      ? price / late
      : (Math.sqrt(Math.max(0, late * late + 2 * slope * price)) - late) / slope;
  return Math.min(stepMs, Math.max(0, after));
}
