import { type IndexedChange, indexMoves, writtenRecord } from "@hermod/core/index-moves";
import type { IndexEntries } from "@hermod/core/mend";
import type { MessageRecord } from "@hermod/core/record";
import { askedAccount } from "@hermod/core/record";
import { isFinal } from "@hermod/core/state";
import { stateFactsOf } from "@hermod/core/state-event";
import { nextTimerAt } from "@hermod/core/timer";
import { type Transition, transitionOf } from "@hermod/core/transition";
import type { ChainableCommander, Redis } from "ioredis";
import { firstHeld } from "./held-messages.ts";
import type { Keys } from "./keys.ts";
import { countOpen, type OpenCount, openField } from "./open-messages.ts";
import type { Loaded, RecordCodec } from "./record-codec.ts";
import { type RedisClock, timeReplyMs } from "./redis-clock.ts";
import { replies } from "./replies.ts";
import { defineScripts } from "./scripts.ts";
import { type EventLimits, encodeStateFacts, share, UNLIMITED } from "./state-events.ts";

/** How long records and their texts are kept after the final state. */
export interface Retention {
  readonly recordMs: number;
  readonly textMs: number;
}

/** A change of one record, decided by `apply`. */
export interface Change extends IndexedChange {
  readonly after: MessageRecord;
}

/**
 * `moved` means that somebody else changed the record first: load it and decide again. `failed` means that
 * Redis refused, or that nobody knows whether it did: some changes of a batch can fail while others are
 * written.
 */
export type Committed =
  | { readonly kind: "committed"; readonly record: MessageRecord }
  | { readonly kind: "moved" | "missing" }
  | { readonly kind: "failed"; readonly error: Error };

/** Records by message id, changed by compare-and-set only; index entries move in the same step. */
export interface RecordStore {
  /** Writes new records; where there is one already, returns it and changes nothing. */
  create(records: readonly MessageRecord[]): Promise<(Loaded & { readonly created: boolean })[]>;
  load(ids: readonly string[]): Promise<Loaded[]>;
  /** `always` is for what already happened and must be written even when Redis is out of memory. */
  commit(changes: readonly Change[], when?: "ifMemory" | "always"): Promise<Committed[]>;
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

export interface StoreParts {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly codec: RecordCodec;
  readonly clock: RedisClock;
  readonly retention: (account: string) => Retention;
  readonly onTransition?: OnTransition | undefined;
  /** How many events are kept. Without it nothing is trimmed: a producer leaves that to the workers. */
  readonly events?: EventLimits | undefined;
  /** Writes what goes with changes, in their round trip; it may do so again when one of them must be decided again. */
  readonly alongside?: ((pipeline: ChainableCommander, changes: readonly Change[]) => void) | undefined;
}

/**
 * Told about every committed change. What was written although its reply was lost is not told: who counts may
 * miss some while a connection breaks, and never counts one twice.
 */
export type OnTransition = (transition: Transition) => void;

export function openRecordStore(parts: StoreParts): RecordStore {
  const { redis, keys, codec, clock, retention, onTransition, events = UNLIMITED, alongside } = parts;
  const limits = share(events, keys.partitions);
  defineScripts(redis);

  const load: RecordStore["load"] = async (ids) => {
    if (ids.length === 0) return [];
    const askedAt = performance.now();
    const pipeline = redis.pipeline().time();
    for (const id of ids) pipeline.hgetall(keys.record(id));
    const [time, ...hashes] = await replies(pipeline);
    clock.set(timeReplyMs(time as string[]), askedAt);
    return ids.map((id, index) => codec.decode(id, hashes[index] as Record<string, string>));
  };

  const commit: RecordStore["commit"] = async (changes, when = "ifMemory") => {
    if (changes.length === 0) return [];
    const pipeline = redis.pipeline();
    const written = changes.map(({ before, after }) =>
      writtenRecord(before, after, retention(after.account).textMs, clock.now()),
    );
    const groups = groupsOf(changes, keys);
    for (const { partition, indexes } of groups) {
      const recordKeys: string[] = [];
      const recordArguments: (string | number)[] = [];
      for (const index of indexes) {
        const change = changes[index];
        const record = written[index];
        if (change === undefined || record === undefined) continue;
        const { before, after } = change;
        recordKeys.push(
          keys.record(after.id),
          keys.timers(partition),
          keys.due(partition, askedAccount(after)),
          keys.due(partition, askedAccount(before)),
          keys.held(partition, before.state === "held" ? before.account : after.account),
          keys.open(partition),
          keys.events(partition),
          keys.finals(partition, after.producer),
        );
        const parts = { keys, codec, limits, ...retention(after.account) };
        const own = commitArguments(change, record, parts);
        recordArguments.push(own.length, ...own);
      }
      const run = when === "always" ? pipeline.hermodCommitAlways : pipeline.hermodCommit;
      run.call(pipeline, recordKeys.length, ...recordKeys, ...recordArguments);
    }
    alongside?.(pipeline, changes);
    const results = (await pipeline.exec()) ?? [];
    const replied = new Map(
      groups.flatMap(({ indexes }, group) => {
        const [error, outcomes] = results[group] ?? [new Error("no reply")];
        return indexes.map((index, place) => [index, { error, outcome: (outcomes as number[])?.[place] }]);
      }),
    );
    return written.map((record, index) => {
      const { error, outcome } = replied.get(index) ?? { error: new Error("no reply") };
      if (error !== null) return { kind: "failed", error };
      if (outcome === 1) {
        const before = changes[index]?.before;
        if (before !== undefined && before !== record) onTransition?.(transitionOf(before, record));
        return { kind: "committed", record };
      }
      return { kind: outcome === 0 ? "moved" : "missing" };
    });
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

/** Changes carried out by one call of the script: it holds up Redis for some milliseconds at the most. */
const COMMITTED_AT_ONCE = 64;

/** Changes of one partition go together. */
function groupsOf(
  changes: readonly Change[],
  keys: Keys,
): { readonly partition: number; readonly indexes: readonly number[] }[] {
  const partitions = Map.groupBy(changes.keys(), (index) => keys.partitionOf(changes[index]?.after.id ?? ""));
  return [...partitions].flatMap(([partition, all]) => {
    const count = Math.ceil(all.length / COMMITTED_AT_ONCE);
    return Array.from({ length: count }, (_, group) => ({
      partition,
      indexes: all.slice(group * COMMITTED_AT_ONCE, (group + 1) * COMMITTED_AT_ONCE),
    }));
  });
}

interface CommitParts extends Retention {
  readonly keys: Keys;
  readonly codec: RecordCodec;
  readonly limits: EventLimits;
}

function commitArguments(
  change: Change,
  written: MessageRecord,
  { recordMs, textMs, codec, keys, limits }: CommitParts,
): (string | number)[] {
  const { before } = change;
  const becameFinal = isFinal(written.state) && before.state !== written.state;
  const isStep = before.history !== written.history;
  const { set, remove } = codec.difference(before, written);
  const { timer, due, held } = indexMoves(change, written, textMs);
  const [countedOut, countedIn] = [openField(before), openField(written)];
  const recounts = countedOut !== countedIn;
  return [
    written.id,
    before.revision,
    inScript(timer),
    inScript(due),
    inScript(held),
    becameFinal ? recordMs : "",
    becameFinal ? keys.finalChannel(written.id) : "",
    recounts ? countedOut : "",
    recounts ? countedIn : "",
    isStep ? encodeStateFacts(stateFactsOf(written)) : "",
    limits.keep,
    becameFinal ? limits.keepFinals : "",
    remove.length,
    ...remove,
    ...Object.entries(set).flat(),
  ];
}

function inScript(move: number | "leave" | "remove"): number | string {
  return move === "leave" ? "=" : move === "remove" ? "" : move;
}

/** HGETALL inside a script answers with a flat list. */
function asHash(reply: string[] | Record<string, string>): Record<string, string> {
  if (!Array.isArray(reply)) return reply;
  const hash: Record<string, string> = {};
  for (let index = 0; index < reply.length; index += 2) hash[reply[index] ?? ""] = reply[index + 1] ?? "";
  return hash;
}
