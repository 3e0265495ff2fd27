/**
 * The ages of a message, cut into buckets that grow with age: four to a doubling, from a quarter of a second to 25 hours. Within
 * one, the chance to become final is taken as level.
 */
export const BUCKETS = 75;

const PER_DOUBLING = 4;
const FIRST_EDGE_MS = 250;

/** `EDGES_MS[n]` to `EDGES_MS[n + 1]` is bucket n. */
export const EDGES_MS: Float64Array = Float64Array.from({ length: BUCKETS + 1 }, (_, n) =>
  n === 0 ? 0 : FIRST_EDGE_MS * 2 ** ((n - 1) / PER_DOUBLING),
);

/** The bucket of an age. Whatever is older than the last bucket belongs to it. */
export function bucketOf(ageMs: number): number {
  if (ageMs < FIRST_EDGE_MS) return 0;
  // The margin keeps an edge in the bucket that it begins.
  const bucket = 1 + Math.floor(Math.log2(ageMs / FIRST_EDGE_MS) * PER_DOUBLING + 1e-9);
  return Math.min(bucket, BUCKETS - 1);
}

/** Where bucket n begins. */
export function edgeMs(bucket: number): number {
  return EDGES_MS[bucket] ?? Number.POSITIVE_INFINITY;
}

/** How long a message stays in bucket n. */
export function widthMs(bucket: number): number {
  return edgeMs(bucket + 1) - edgeMs(bucket);
}
