import type { Priority } from "@hermod/core/message";
import type { MessageRecord } from "@hermod/core/record";
import { isFinal } from "@hermod/core/state";
import type { Redis } from "ioredis";
import type { Keys } from "./keys.ts";
import { repliesTo } from "./replies.ts";

/** Where messages that are not final are: `scheduled` are those whose send time is still to come. */
export interface OpenCount {
  readonly account: string;
  readonly priority: Priority;
  readonly state: string;
  readonly count: number;
}

/** The field under which an open message is counted; empty for a final one. */
export function openField({ account, priority, state, reason }: MessageRecord): string {
  if (isFinal(state)) return "";
  return `${account} ${priority} ${state === "queued" && reason === "schedule" ? "scheduled" : state}`;
}

/** How many messages are open, by account, lane and state. */
export async function countOpen(redis: Redis, keys: Keys): Promise<OpenCount[]> {
  const hashes = await repliesTo(redis, keys.allPartitions, (commander, partition) =>
    commander.hgetall(keys.open(partition)),
  );
  return openCountOf(hashes as Record<string, string>[]);
}

/** The counts of all partitions together. */
function openCountOf(hashes: readonly Record<string, string>[]): OpenCount[] {
  const sums = new Map<string, number>();
  for (const [field, text] of hashes.flatMap((hash) => Object.entries(hash))) {
    sums.set(field, (sums.get(field) ?? 0) + Number(text));
  }
  return [...sums].flatMap(([field, count]) => {
    const [account = "", priority = "", state = ""] = field.split(" ");
    return count > 0 ? [{ account, priority: priority as Priority, state, count }] : [];
  });
}
