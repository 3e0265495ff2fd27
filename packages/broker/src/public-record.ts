import type { PublicRecord } from "@hermod/core/record";
import type { ChainableCommander, Redis } from "ioredis";
import type { Keys } from "./keys.ts";
import { type Loaded, opened, parseFields } from "./record-codec.ts";
import { type Field, NAMES } from "./record-fields.ts";
import { type RedisClock, timeReplyMs } from "./redis-clock.ts";
import { type StoredFields, type Wanted, wantedFields } from "./stored-record.ts";

type PublicField = Exclude<Field, "to" | "content" | "bodyHash">;
const PUBLIC = wantedFields(
  (Object.keys(NAMES) as Field[]).filter(
    (field): field is PublicField => !/^(to|content|bodyHash)$/.test(field),
  ),
);

const STANDING_FIELDS = [
  "state",
  "reason",
  "code",
  "account",
  "acceptedAt",
  "updatedAt",
  "releaseAt",
  "deadlineAt",
  "expiresAt",
  "submittedAt",
  "finalAt",
] as const satisfies Field[];
const STANDING = wantedFields(STANDING_FIELDS);

/** Where a message stands: little enough to be read of thousands. */
export type MessageStanding = StoredFields<(typeof STANDING_FIELDS)[number]> & { readonly id: string };

/** A record as whoever only looks on may see it. */
export type Seen =
  | { readonly kind: "record"; readonly record: PublicRecord }
  | Exclude<Loaded, { kind: "record" }>;

/** Reads records field by field: what is private never leaves Redis, and no key is needed to see the rest. */
export interface PublicRecords {
  load(id: string): Promise<Seen>;
  /** Those that can be read, in no order. */
  standings(ids: readonly string[]): Promise<MessageStanding[]>;
}

/** Commands in one pipeline: a few milliseconds of work for Redis. */
const AT_ONCE = 500;

export function openPublicRecords(redis: Redis, keys: () => Keys, clock: RedisClock): PublicRecords {
  return {
    async load(id) {
      const names = namesOf(PUBLIC);
      const key = keys().record(id);
      const askedAt = performance.now();
      const [time, values] = await Promise.all([redis.time(), redis.hmget(key, ...names)]);
      clock.set(timeReplyMs(time), askedAt);
      const found = parseFields(PUBLIC, wordsOf(names, values), asIs);
      if (found.kind !== "fields") return found;
      return { kind: "record", record: opened(id, found.fields) };
    },
    async standings(ids) {
      const names = namesOf(STANDING);
      const { record } = keys();
      const askedAt = performance.now();
      clock.set(timeReplyMs(await redis.time()), askedAt);
      const standings: MessageStanding[] = [];
      for (let from = 0; from < ids.length; from += AT_ONCE) {
        const some = ids.slice(from, from + AT_ONCE);
        const pipeline = some.reduce<ChainableCommander>(
          (commands, id) => commands.hmget(record(id), ...names),
          redis.pipeline(),
        );
        for (const [index, [error, values]] of ((await pipeline.exec()) ?? []).entries()) {
          if (error !== null) throw error;
          const found = parseFields(STANDING, wordsOf(names, values as (string | null)[]), asIs);
          if (found.kind === "fields") standings.push({ id: some[index] ?? "", ...found.fields });
        }
      }
      return standings;
    },
  };
}

/** The names of fields in the hash, and that of its layout. */
function namesOf({ names }: Wanted<Field>): string[] {
  return ["w", ...names];
}

/** Names and values in turn, of those that are there. */
function wordsOf(names: readonly string[], values: readonly (string | null)[]): string[] {
  return names.flatMap((name, index) => {
    const value = values[index];
    return typeof value === "string" ? [name, value] : [];
  });
}

function asIs(_field: Field, text: string): string {
  return text;
}
