import type { Redis } from "ioredis";
import type { Keys } from "./keys.ts";
import { repliesTo } from "./replies.ts";

/** The first held messages of an account, in the order of their release: by lane, then by acceptance. */
export async function firstHeld(redis: Redis, keys: Keys, account: string, most: number): Promise<string[]> {
  const listed = (await repliesTo(redis, keys.allPartitions, (commander, partition) =>
    (commander as Redis).zrange(keys.held(partition, account), 0, String(most - 1), "WITHSCORES"),
  )) as string[][];
  const held = listed.flatMap((list) =>
    list.flatMap((id, index) => (index % 2 === 0 ? [{ id, place: Number(list[index + 1]) }] : [])),
  );
  return held
    .sort((a, b) => a.place - b.place)
    .slice(0, most)
    .map(({ id }) => id);
}
