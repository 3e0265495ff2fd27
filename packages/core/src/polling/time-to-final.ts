import { BUCKETS, EDGES_MS, widthMs } from "./hazard-buckets.ts";
import type { HazardSketch } from "./hazard-sketch.ts";

/** The learned time from acceptance to the final report, for people. */
export interface TimeToFinal {
  /** Finals that it was learned from. */
  readonly finals: number;
  /** Ages at which so many of the messages that become final at all have done so; undefined while none has. */
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
  /** Share of messages that never become final, as far as their time was watched. */
  readonly neverShare: number | undefined;
}

/** Reads the curve out of a sketch. An age at which nobody was watched adds nothing. */
export function timeToFinalOf({ finals, events, exposureMs }: HazardSketch): TimeToFinal {
  if (!(finals > 0)) return { finals: 0, p50Ms: undefined, p95Ms: undefined, neverShare: undefined };
  const survivors = new Float64Array(BUCKETS + 1).fill(1);
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const exposure = exposureMs[bucket] ?? 0;
    const hazard = exposure > 0 ? ((events[bucket] ?? 0) / exposure) * widthMs(bucket) : 0;
    survivors[bucket + 1] = (survivors[bucket] ?? 0) * Math.exp(-hazard);
  }
  const neverShare = survivors[BUCKETS] ?? 0;
  const ageAt = (share: number): number => {
    const left = 1 - share * (1 - neverShare);
    const after = survivors.findIndex((survivor) => survivor <= left + 1e-12);
    if (after <= 0) return 0;
    const [before, then] = [survivors[after - 1] ?? 1, survivors[after] ?? 0];
    // Within a bucket the hazard is level.
    const part = before > then ? Math.log(before / left) / Math.log(before / then) : 1;
    return Math.round((EDGES_MS[after - 1] ?? 0) + part * widthMs(after - 1));
  };
  return { finals, p50Ms: ageAt(0.5), p95Ms: ageAt(0.95), neverShare };
}
