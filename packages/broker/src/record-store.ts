import type { IndexEntries } from "@hermod/core/mend";
import { askedAccount, type MessageRecord } from "@hermod/core/record";
import { nextTimerAt } from "@hermod/core/timer";
import type { ChainableCommander, Redis } from "ioredis";
import { firstHeld } from "./held-messages.ts";
import { type InPartition, inPartitions } from "./in-partitions.ts";
import { type NumberEntry, numberEntry } from "./number-index.ts";
import { countOpen, type OpenCount, openField } from "./open-messages.ts";
import type { Loaded } from "./record-codec.ts";
import { type Change, type Commit, committer, type StoreParts } from "./record-commit.ts";
import { defineRecordScripts, type FoundReply } from "./record-scripts.ts";
import { timeReplyMs } from "./redis-clock.ts";
import { replies, repliesTo } from "./replies.ts";
import { jsonForScript } from "./script-json.ts";

/** Records by message id, changed by compare-and-set only; index entries move in the same step. */
export interface RecordStore {
  /** Writes new records; where there is one already, returns it and changes nothing. */
  create(records: readonly MessageRecord[]): Promise<(Loaded & { readonly created: boolean })[]>;
  load(ids: readonly string[]): Promise<Loaded[]>;
  readonly commit: Commit;
  /**
   * Loads, decides and commits until nobody came between. `decide` returns the record it got to change
   * nothing.
   */
  change(id: string, decide: (record: MessageRecord) => Omit<Change, "before">): Promise<Changed>;
  /**
   * Takes ids whose timer is due; they are due again after `putOffMs` unless a commit says otherwise. `most`
   * is rounded up to an equal share of each partition.
   */
  claimTimers(most: number, putOffMs: number): Promise<string[]>;
  /** The first held messages of an account, in the order of their release: by lane, then by acceptance. */
  firstHeld(account: string, most: number): Promise<string[]>;
  /** How many messages are open, by account, lane and state. */
  countOpen(): Promise<OpenCount[]>;
  /**
   * Goes through all records, a page at a time: returns ids, and where to go on; `""` begins, and comes back at the end. An id may
   * come twice.
   */
  page(cursor: string, most: number): Promise<{ readonly ids: string[]; readonly next: string }>;
  indexEntries(records: readonly MessageRecord[]): Promise<IndexEntries[]>;
  /** Removes the timers of messages that have no record any more. */
  forget(ids: readonly string[]): Promise<void>;
  /** Nobody needs to ask the account's provider about these any more. */
  stopAsking(account: string, ids: readonly string[]): Promise<void>;
}

/** What `change` did: the record as it now is. */
export type Changed =
  | { readonly kind: "changed" | "unchanged"; readonly record: MessageRecord }
  | Exclude<Loaded, { kind: "record" }>;

/** Records read or created by one call of a script: it holds up Redis for some milliseconds at the most. */
const FOUND_AT_ONCE = 100;

/** Each loss is another's progress: whoever loses this often in a row has met a bug, and not a crowd. */
const MAX_ROUNDS = 1000;

export function openRecordStore(parts: StoreParts): RecordStore {
  const { redis, keys, codec, clock, retention, numberHashes } = parts;
  defineRecordScripts(redis);
  const commit = committer(parts);

  const numberOf = (record: MessageRecord): NumberEntry => {
    const keptMs = Math.max(...record.route.map((account) => retention(account).recordMs));
    return numberEntry(record, numberHashes.own(record.to), keptMs, keys);
  };

  /** Asks for some ids at a time, and returns the names and values of each hash as it was found, in turn. */
  const find = async (
    ids: readonly string[],
    ask: (commander: Redis | ChainableCommander, group: InPartition) => unknown,
  ): Promise<(readonly string[])[]> => {
    const askedAt = performance.now();
    const groups = inPartitions(ids, keys, FOUND_AT_ONCE);
    const found = (await repliesTo(redis, groups, ask)) as FoundReply[];
    const hashes: (readonly string[])[] = [];
    for (const [group, { indexes }] of groups.entries()) {
      const [seconds = "", microseconds = "", text = "[]"] = found[group] ?? [];
      clock.set(timeReplyMs([seconds, microseconds]), askedAt);
      const lists = JSON.parse(text) as (string[] | Record<string, never>)[];
      for (const [place, index] of indexes.entries()) {
        const words = lists[place];
        // Lua writes an empty list as an empty table.
        hashes[index] = Array.isArray(words) ? words : [];
      }
    }
    return hashes;
  };

  const load: RecordStore["load"] = async (ids) => {
    if (ids.length === 0) return [];
    const hashes = await find(ids, (commander, { indexes }) =>
      commander.hermodLoad(indexes.length, ...indexes.map((index) => keys.record(ids[index] ?? ""))),
    );
    return ids.map((id, index) => codec.decode(id, hashes[index] ?? []));
  };

  const claimTimers: RecordStore["claimTimers"] = async (most, putOffMs) => {
    const askedAt = performance.now();
    const share = Math.ceil(most / keys.partitions);
    const claimed = (await repliesTo(redis, keys.allPartitions, (commander, partition) =>
      commander.hermodClaim(keys.timers(partition), share, putOffMs),
    )) as string[][];
    const [nowMs] = claimed[0] ?? [];
    if (nowMs !== undefined) clock.set(Number(nowMs), askedAt);
    return claimed.flatMap((reply) => reply.slice(1));
  };

  const removeFrom = async (indexOf: (id: string) => string, ids: readonly string[]): Promise<void> => {
    if (ids.length === 0) return;
    const pipeline = redis.pipeline();
    for (const id of ids) pipeline.zrem(indexOf(id), id);
    await replies(pipeline);
  };

  return {
    load,
    commit,
    async create(records) {
      if (records.length === 0) return [];
      const ids = records.map(({ id }) => id);
      const found = await find(ids, (commander, { partition, indexes }) => {
        const some = indexes.flatMap((index) => records[index] ?? []);
        const numbers = some.map((record) => numberOf(record));
        const all = [
          ...[keys.timers(partition), keys.open(partition), keys.numberDays(partition)],
          ...some.flatMap(({ id }, place) => [keys.record(id), numbers[place]?.key ?? ""]),
        ];
        const told = some.map((record, place) => [
          record.id,
          String(nextTimerAt(record) ?? 0),
          openField(record),
          codec.encode(record),
          ...(numbers[place]?.told ?? []),
        ]);
        const now = String(some[0]?.acceptedAt ?? 0);
        return commander.hermodCreate(all.length, ...all, jsonForScript(told), now);
      });
      return records.map((record, index) => {
        const existing = found[index] ?? [];
        return existing.length === 0
          ? { kind: "record", record, created: true }
          : { ...codec.decode(record.id, existing), created: false };
      });
    },
    async change(id, decide) {
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const [loaded = { kind: "missing" as const }] = await load([id]);
        if (loaded.kind !== "record") return loaded;
        const { record } = loaded;
        const change = decide(record);
        if (change.after === record && change.dueAt === undefined) return { kind: "unchanged", record };
        const [outcome] = await commit([{ before: record, ...change }], "always");
        if (outcome?.kind === "committed") return { kind: "changed", record: outcome.record };
        if (outcome?.kind === "failed") throw outcome.error;
      }
      throw new Error("a record moved on too often");
    },
    claimTimers,
    firstHeld: (account, most) => firstHeld(redis, keys, account, most),
    countOpen: () => countOpen(redis, keys),
    async page(cursor, most) {
      const [next, found] = await redis.scan(cursor || "0", "MATCH", keys.anyRecord, "COUNT", most);
      return { ids: found.map((key) => key.slice(key.lastIndexOf(":") + 1)), next: next === "0" ? "" : next };
    },
    async indexEntries(records) {
      const asked = records.flatMap((record) => {
        const partition = keys.partitionOf(record.id);
        return [
          { index: keys.timers(partition), id: record.id },
          { index: keys.due(partition, askedAccount(record)), id: record.id },
          { index: keys.held(partition, record.account), id: record.id },
        ];
      });
      const byIndex = [...Map.groupBy(asked, ({ index }) => index)];
      const scores = (await repliesTo(redis, byIndex, (commander, [index, entries]) =>
        (commander as Redis).zmscore(index, ...entries.map(({ id }) => id)),
      )) as (string | null)[][];
      const there = new Set(
        byIndex.flatMap(([index, entries], place) =>
          entries.flatMap(({ id }, at) => (scores[place]?.[at] === null ? [] : [`${index} ${id}`])),
        ),
      );
      return records.map((record) => {
        const partition = keys.partitionOf(record.id);
        const has = (index: string): boolean => there.has(`${index} ${record.id}`);
        return {
          timer: has(keys.timers(partition)),
          due: has(keys.due(partition, askedAccount(record))),
          held: has(keys.held(partition, record.account)),
        };
      });
    },
    forget: (ids) => removeFrom((id) => keys.timers(keys.partitionOf(id)), ids),
    stopAsking: (account, ids) => removeFrom((id) => keys.due(keys.partitionOf(id), account), ids),
  };
}
