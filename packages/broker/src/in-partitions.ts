import type { Keys } from "./keys.ts";

/** Places in a list of ids that one call is for: all of one partition. */
export interface InPartition {
  readonly partition: number;
  readonly indexes: readonly number[];
}

/** Divides a list of ids by partition, and those of one by how many a call takes. */
export function inPartitions(
  ids: readonly string[],
  keys: Pick<Keys, "partitionOf">,
  atOnce: number,
): InPartition[] {
  const partitions = Map.groupBy(ids.keys(), (index) => keys.partitionOf(ids[index] ?? ""));
  return [...partitions].flatMap(([partition, all]) => {
    const count = Math.ceil(all.length / atOnce);
    return Array.from({ length: count }, (_, group) => ({
      partition,
      indexes: all.slice(group * atOnce, (group + 1) * atOnce),
    }));
  });
}
