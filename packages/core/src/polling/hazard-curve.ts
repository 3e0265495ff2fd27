import { BUCKETS, EDGES_MS, widthMs } from "./hazard-buckets.ts";
import type { HazardSketch } from "./hazard-sketch.ts";

/**
 * How likely a message that is still pending becomes final, by age. Made from a sketch now and then, and used for many decisions
 * until the next one is made.
 */
export interface HazardCurve {
  /** Finals that it was learned from. */
  readonly finals: number;
  /** Chance to become final, per millisecond, in each bucket. */
  readonly perMs: Float64Array;
}

/** What is assumed of a route that nobody knows: the hazard falls as 0.3 / (1 s + age), the same at every scale. */
export const UNKNOWN_ROUTE = { share: 0.3, startMs: 1000 };

/** The assumption weighs as much as so many messages. */
const PRIOR_MESSAGES = 20;

/** The curve that follows from what was learned; where little was, from what is assumed. */
export function curveOf({ finals, events, exposureMs }: HazardSketch): HazardCurve {
  const perMs = new Float64Array(BUCKETS);
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const assumedMs = PRIOR_MESSAGES * widthMs(bucket);
    const assumed = assumedMs * (PRIOR_HAZARD[bucket] ?? 0);
    perMs[bucket] = ((events[bucket] ?? 0) + assumed) / ((exposureMs[bucket] ?? 0) + assumedMs);
  }
  return { finals, perMs };
}

const PRIOR_HAZARD = Float64Array.from({ length: BUCKETS }, (_, bucket) => {
  const from = EDGES_MS[bucket] ?? 0;
  const to = EDGES_MS[bucket + 1] ?? 0;
  const middle = bucket === 0 ? to / 2 : Math.sqrt(from * to);
  return UNKNOWN_ROUTE.share / (UNKNOWN_ROUTE.startMs + middle);
});
