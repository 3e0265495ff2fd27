import { BUCKETS, bucketOf, edgeMs, widthMs } from "./hazard-buckets.ts";

/**
 * What is known of an account and route about the time from acceptance to the final report: by age, how many messages became final
 * and how long messages were watched in vain. Two sketches of the same route add up, in any order.
 */
export interface HazardSketch {
  /** Finals learned from in all; never forgotten. */
  finals: number;
  /** Finals in each bucket of age. */
  readonly events: Float64Array;
  /** Time that messages spent in each bucket without being final, all together. */
  readonly exposureMs: Float64Array;
}

/** A bucket remembers about so many messages: what is older gives way. */
const MEMORY_MESSAGES = 2000;

/** A sketch of nothing. */
export function emptySketch(): HazardSketch {
  return { finals: 0, events: new Float64Array(BUCKETS), exposureMs: new Float64Array(BUCKETS) };
}

/**
 * Learns that a message was not final between two looks. Without these the slow ones, which are seen pending so often, would not
 * count.
 */
export function learnPending({ exposureMs }: HazardSketch, fromAgeMs: number, toAgeMs: number): void {
  let from = fromAgeMs;
  const last = bucketOf(toAgeMs);
  for (let bucket = bucketOf(fromAgeMs); bucket < last; bucket++) {
    const edge = edgeMs(bucket + 1);
    exposureMs[bucket] = (exposureMs[bucket] ?? 0) + edge - from;
    from = edge;
  }
  exposureMs[last] = (exposureMs[last] ?? 0) + Math.max(0, toAgeMs - from);
}

/** What a look that found a message final tells about when it became so. */
export interface FinalSeen {
  /** Its age when it was last seen pending, and when it was found final. */
  readonly fromAgeMs: number;
  readonly toAgeMs: number;
  /** Its age at the time that the provider names, if it names one. */
  readonly finishedAgeMs?: number | undefined;
  /** In [0, 1): where in between it became final, when nobody tells. */
  readonly chance: number;
}

/**
 * Learns from a final. A time that nobody tells is drawn evenly from the interval; drawn from what is believed so far, a wrong
 * belief would confirm itself. A clock of the provider that is off cannot leave the interval.
 */
export function learnFinal(sketch: HazardSketch, seen: FinalSeen): void {
  const { fromAgeMs, toAgeMs, finishedAgeMs, chance } = seen;
  const drawn = finishedAgeMs ?? fromAgeMs + (toAgeMs - fromAgeMs) * chance;
  const finalAgeMs = Math.min(toAgeMs, Math.max(fromAgeMs, drawn));
  learnPending(sketch, fromAgeMs, finalAgeMs);
  const bucket = bucketOf(finalAgeMs);
  sketch.events[bucket] = (sketch.events[bucket] ?? 0) + 1;
  sketch.finals++;
}

/** Adds what another sketch has learned. */
export function addSketch(sum: HazardSketch, more: HazardSketch): void {
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    sum.events[bucket] = (sum.events[bucket] ?? 0) + (more.events[bucket] ?? 0);
    sum.exposureMs[bucket] = (sum.exposureMs[bucket] ?? 0) + (more.exposureMs[bucket] ?? 0);
  }
  sum.finals += more.finals;
}

/** The time at risk that a bucket keeps; what is above is scaled back, so that it forgets at the pace of its own traffic. */
export function memoryMs(bucket: number): number {
  return MEMORY_MESSAGES * widthMs(bucket);
}

/** Lets every bucket forget what is beyond its memory. The rate of finals in a bucket stays what it is. */
export function forget({ events, exposureMs }: HazardSketch): void {
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const exposure = exposureMs[bucket] ?? 0;
    const kept = memoryMs(bucket);
    if (exposure <= kept) continue;
    events[bucket] = ((events[bucket] ?? 0) * kept) / exposure;
    exposureMs[bucket] = kept;
  }
}
