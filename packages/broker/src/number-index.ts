import type { MessageRecord } from "@hermod/core/record";
import type { ChainableCommander, Redis } from "ioredis";
import type { Keys } from "./keys.ts";
import { NUMBER_HASH_LENGTH, type NumberHash } from "./number-hashes.ts";
import { replies } from "./replies.ts";

/**
 * Messages by their numbers: an entry is the number's keyed hash and the id, and entries lie one after the other in strings, one for
 * each place of hashes and each day on which the last of their records is gone. That takes a fifth of the memory that a key for each number would.
 * Looked up is a whole place, a 256th of everything.
 */
const PLACES = 256;

const ID_LENGTH = 26;
const ENTRY_LENGTH = NUMBER_HASH_LENGTH + ID_LENGTH;
const DAY_MS = 86_400_000;

/** For how long after its expiry a message may wait for its final state; with the default horizon it is two days. */
const REPORTED_WITHIN_MS = 7 * DAY_MS;

/** The latest messages to a number, of each place: nobody reads more. */
const MOST_FOUND = 100;

/** What goes into the index with a new record. */
export interface NumberEntry {
  readonly key: string;
  /** The entry, the day on which all of the key's entries are over, and its end. */
  readonly told: readonly [entry: string, day: string, endsAt: string];
}

/** The entry of a record that is kept for `recordMs` after its final state. */
export function numberEntry(
  { id, expiresAt }: MessageRecord,
  { place, text }: NumberHash,
  recordMs: number,
  keys: Keys,
): NumberEntry {
  const day = Math.ceil((expiresAt + REPORTED_WITHIN_MS + recordMs) / DAY_MS);
  return {
    key: keyOf(keys, keys.partitionOf(id), day, place),
    told: [text + id, String(day), String(day * DAY_MS)],
  };
}

/** The ids of messages to a number, in no order; the records of some may be gone. */
export async function findByHashes(
  redis: Redis,
  keys: Keys,
  hashes: readonly NumberHash[],
): Promise<string[]> {
  const partitions = Array.from({ length: keys.partitions }, (_, partition) => partition);
  const days = await asked(redis, partitions, (pipeline, partition) =>
    pipeline.zrange(keys.numberDays(partition), "0", "-1"),
  );
  const places = partitions.flatMap((partition, index) =>
    (days[index] as string[]).flatMap((day) =>
      hashes.map(({ place, text }) => ({ key: keyOf(keys, partition, Number(day), place), text })),
    ),
  );
  const entries = await asked(redis, places, (pipeline, { key }) => pipeline.get(key));
  const ids = places.flatMap(({ text }, index) => idsOf((entries[index] as string | null) ?? "", text));
  return [...new Set(ids)];
}

async function asked<T>(
  redis: Redis,
  list: readonly T[],
  ask: (pipeline: ChainableCommander, one: T) => void,
): Promise<unknown[]> {
  const pipeline = redis.pipeline();
  for (const one of list) ask(pipeline, one);
  return await replies(pipeline);
}

function keyOf(keys: Keys, partition: number, day: number, place: number): string {
  return keys.numbers(partition, day, place % Math.ceil(PLACES / keys.partitions));
}

/** The latest ones of a place. */
function idsOf(entries: string, hash: string): string[] {
  const ids: string[] = [];
  for (let at = entries.length - ENTRY_LENGTH; at >= 0 && ids.length < MOST_FOUND; at -= ENTRY_LENGTH) {
    if (entries.startsWith(hash, at)) ids.push(entries.slice(at + NUMBER_HASH_LENGTH, at + ENTRY_LENGTH));
  }
  return ids;
}
