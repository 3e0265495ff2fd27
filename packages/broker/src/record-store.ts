import type { IndexEntries } from "@hermod/core/mend";
import { askedAccount, type MessageRecord } from "@hermod/core/record";
import { nextTimerAt } from "@hermod/core/timer";
import { firstHeld } from "./held-messages.ts";
import { countOpen, type OpenCount, openField } from "./open-messages.ts";
import type { Loaded } from "./record-codec.ts";
import { type Change, type Commit, committer, type StoreParts } from "./record-commit.ts";
import { defineRecordScripts } from "./record-scripts.ts";
import { timeReplyMs } from "./redis-clock.ts";
import { replies } from "./replies.ts";

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

/** Each loss is another's progress: whoever loses this often in a row has met a bug, and not a crowd. */
const MAX_ROUNDS = 1000;

export function openRecordStore(parts: StoreParts): RecordStore {
  const { redis, keys, codec, clock } = parts;
  defineRecordScripts(redis);
  const commit = committer(parts);

  const load: RecordStore["load"] = async (ids) => {
    if (ids.length === 0) return [];
    const askedAt = performance.now();
    const pipeline = redis.pipeline().time();
    for (const id of ids) pipeline.hgetall(keys.record(id));
    const [time, ...hashes] = await replies(pipeline);
    clock.set(timeReplyMs(time as string[]), askedAt);
    return ids.map((id, index) => codec.decode(id, hashes[index] as Record<string, string>));
  };

  const claimTimers: RecordStore["claimTimers"] = async (most, putOffMs) => {
    const askedAt = performance.now();
    const pipeline = redis.pipeline();
    const share = Math.ceil(most / keys.partitions);
    for (let partition = 0; partition < keys.partitions; partition += 1) {
      pipeline.hermodClaim(keys.timers(partition), share, putOffMs);
    }
    const claimed = (await replies(pipeline)) as string[][];
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
      const askedAt = performance.now();
      const pipeline = redis.pipeline();
      for (const record of records) {
        const partition = keys.partitionOf(record.id);
        pipeline.hermodCreate(
          keys.record(record.id),
          keys.timers(partition),
          keys.open(partition),
          record.id,
          nextTimerAt(record) ?? 0,
          openField(record),
          ...Object.entries(codec.encode(record)).flat(),
        );
      }
      // A producer asks for little else, and what it sends next is timed by it. It comes last, so that the
      // reading is not as old as the writing took.
      pipeline.time();
      const found = (await replies(pipeline)) as (string[] | Record<string, string>)[];
      clock.set(timeReplyMs(found.pop() as string[]), askedAt);
      return records.map((record, index) => {
        const existing = asHash(found[index] ?? []);
        return Object.keys(existing).length === 0
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
      const pipeline = redis.pipeline();
      for (const record of records) {
        const partition = keys.partitionOf(record.id);
        pipeline.zscore(keys.timers(partition), record.id);
        pipeline.zscore(keys.due(partition, askedAccount(record)), record.id);
        pipeline.zscore(keys.held(partition, record.account), record.id);
      }
      const scores = await replies(pipeline);
      return records.map((_, index) => {
        const [timer, due, held] = scores.slice(index * 3, index * 3 + 3).map((score) => score !== null);
        return { timer: timer === true, due: due === true, held: held === true };
      });
    },
    forget: (ids) => removeFrom((id) => keys.timers(keys.partitionOf(id)), ids),
    stopAsking: (account, ids) => removeFrom((id) => keys.due(keys.partitionOf(id), account), ids),
  };
}

/** HGETALL inside a script answers with a flat list. */
function asHash(reply: string[] | Record<string, string>): Record<string, string> {
  if (!Array.isArray(reply)) return reply;
  const hash: Record<string, string> = {};
  for (let index = 0; index < reply.length; index += 2) hash[reply[index] ?? ""] = reply[index + 1] ?? "";
  return hash;
}
