import { BUCKETS } from "./hazard-buckets.ts";
import { emptySketch, type HazardSketch } from "./hazard-sketch.ts";

/**
 * A sketch as a hash of numbers: `n` finals, `d<bucket>` events, `e<bucket>` exposure. Only what is not zero is listed, so a delta is
 * as long as it is rich, and adding every field to a stored hash adds the sketches.
 */
export function sketchFields({ finals, events, exposureMs }: HazardSketch): [field: string, value: number][] {
  const fields: [string, number][] = [["n", finals]];
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    fields.push([`d${bucket}`, events[bucket] ?? 0], [`e${bucket}`, exposureMs[bucket] ?? 0]);
  }
  return fields.filter(([, value]) => value !== 0);
}

/** The sketch of a stored hash. What is missing, or is no number that a sketch can hold, was never learned. */
export function sketchOfFields(fields: Readonly<Record<string, string>>): HazardSketch {
  const sketch = emptySketch();
  sketch.finals = countOf(fields["n"]);
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    sketch.events[bucket] = countOf(fields[`d${bucket}`]);
    sketch.exposureMs[bucket] = countOf(fields[`e${bucket}`]);
  }
  return sketch;
}

function countOf(text: string | undefined): number {
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : 0;
}
