import { type IndexedChange, indexMoves, writtenRecord } from "@hermod/core/index-moves";
import { askedAccount, type MessageRecord } from "@hermod/core/record";
import { isFinal } from "@hermod/core/state";
import { stateFactsOf } from "@hermod/core/state-event";
import { type Transition, transitionOf } from "@hermod/core/transition";
import type { ChainableCommander, Redis } from "ioredis";
import { inPartitions } from "./in-partitions.ts";
import type { Keys } from "./keys.ts";
import type { NumberHashes } from "./number-hashes.ts";
import { openField } from "./open-messages.ts";
import type { RecordCodec } from "./record-codec.ts";
import type { RedisClock } from "./redis-clock.ts";
import { jsonForScript } from "./script-json.ts";
import { type EventLimits, encodeStateFacts, share, UNLIMITED } from "./state-events.ts";

/** How long records and their texts are kept after the final state. */
export interface Retention {
  readonly recordMs: number;
  readonly textMs: number;
}

/** A change of one record, decided by `apply`. */
export interface Change extends IndexedChange {
  readonly after: MessageRecord;
  /** For how long, up to this change, the account has been at its rate: what a queued message waited for. */
  readonly limitedMs?: number;
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

export interface StoreParts {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly codec: RecordCodec;
  readonly clock: RedisClock;
  readonly retention: (account: string) => Retention;
  /** How messages are found by their numbers. */
  readonly numberHashes: NumberHashes;
  readonly onTransition?: OnTransition | undefined;
  /** How many events are kept. Without it nothing is trimmed: a producer leaves that to the workers. */
  readonly events?: EventLimits | undefined;
  /** What is written with changes, in their round trip; it may be so again when one of them must be decided again. */
  readonly alongside?: ((changes: readonly Change[]) => Alongside[]) | undefined;
}

/** Adds a command to those that commit changes. */
export type Alongside = (pipeline: ChainableCommander) => unknown;

/**
 * Told about every committed change. What was written although its reply was lost is not told: who counts may
 * miss some while a connection breaks, and never counts one twice.
 */
export type OnTransition = (transition: Transition) => void;

/** `always` is for what already happened and must be written even when Redis is out of memory. */
export type Commit = (changes: readonly Change[], when?: "ifMemory" | "always") => Promise<Committed[]>;

/** Writes changes of records, and what follows from each in the indexes, counts and streams, in one step. */
export function committer(parts: StoreParts): Commit {
  const { redis, keys, clock, retention, onTransition, alongside } = parts;
  const callOf = commitCalls(parts);
  return async (changes, when = "ifMemory") => {
    if (changes.length === 0) return [];
    const written = changes.map(({ before, after, limitedMs }) =>
      writtenRecord(before, after, retention(after.account).textMs, clock.now(), limitedMs),
    );
    const ids = changes.map(({ after }) => after.id);
    const groups = inPartitions(ids, keys, COMMITTED_AT_ONCE);
    const calls = groups.map(({ partition, indexes }) => callOf(partition, changes, written, indexes));
    const command = when === "always" ? "hermodCommitAlways" : "hermodCommit";
    const results = await resultsOf(redis, command, calls, alongside?.(changes) ?? []);
    const committed: Committed[] = [];
    for (const [group, { indexes }] of groups.entries()) {
      const [error, outcomes] = results[group] ?? [new Error("no reply")];
      for (const [place, index] of indexes.entries()) {
        const [record, before] = [written[index], changes[index]?.before];
        if (error !== null) committed[index] = { kind: "failed", error };
        else if ((outcomes as number[])[place] !== 1 || record === undefined || before === undefined) {
          committed[index] = { kind: (outcomes as number[])[place] === 0 ? "moved" : "missing" };
        } else {
          committed[index] = { kind: "committed", record };
          if (before !== record) onTransition?.(transitionOf(before, record));
        }
      }
    }
    return committed;
  };
}

/**
 * Any of the calls may fail alone. They go without a pipeline, as in `replies.ts`, unless something is written alongside: what is
 * written to one connection in the same breath shares the round trip all the same.
 */
async function resultsOf(
  redis: Redis,
  command: "hermodCommit" | "hermodCommitAlways",
  calls: readonly CommitCall[],
  more: readonly Alongside[],
): Promise<(readonly [Error | null, unknown])[]> {
  if (more.length === 0) {
    const outcomes = await Promise.allSettled(
      calls.map(({ keyCount, words }) => redis[command](keyCount, ...words)),
    );
    return outcomes.map((outcome) =>
      outcome.status === "fulfilled" ? [null, outcome.value] : [outcome.reason as Error, undefined],
    );
  }
  const pipeline = redis.pipeline();
  for (const { keyCount, words } of calls) pipeline[command](keyCount, ...words);
  for (const add of more) add(pipeline);
  return (await pipeline.exec()) ?? [];
}

/** Changes carried out by one call of the script: it holds up Redis for some milliseconds at the most. */
const COMMITTED_AT_ONCE = 64;

interface CommitCall {
  readonly keyCount: number;
  readonly words: readonly (string | number)[];
}

/** The words of a call that commits the changes of one partition, as `record-scripts.ts` says. */
function commitCalls({ keys, codec, retention, events = UNLIMITED }: StoreParts) {
  const limits = share(events, keys.partitions);
  return (
    partition: number,
    changes: readonly Change[],
    written: readonly MessageRecord[],
    indexes: readonly number[],
  ): CommitCall => {
    const named = new Map<string, number>();
    const placeOf = (key: string): number => {
      const place = named.get(key) ?? named.size + 1;
      named.set(key, place);
      return place;
    };
    // Most changes of a call are of one account: its keys are made once.
    const placesBy = (keyOf: (name: string) => string) => {
      const places = new Map<string, number>();
      return (name: string): number => {
        const place = places.get(name) ?? placeOf(keyOf(name));
        places.set(name, place);
        return place;
      };
    };
    const dueOf = placesBy((account) => keys.due(partition, account));
    const heldOf = placesBy((account) => keys.held(partition, account));
    const finalsOf = placesBy((producer) => keys.finals(partition, producer));
    const told = indexes.flatMap((index) => {
      const [change, record] = [changes[index], written[index]];
      return change === undefined || record === undefined ? [] : [toldOf(change, record)];
    });
    const records = indexes.map((index) => keys.record(written[index]?.id ?? ""));
    const fixed = [keys.timers(partition), keys.open(partition), keys.events(partition)];
    const all = [...fixed, ...named.keys(), ...records];
    const { keep, keepFinals } = limits;
    return { keyCount: all.length, words: [...all, keep, keepFinals, named.size, jsonForScript(told)] };

    function toldOf(change: Change, record: MessageRecord): readonly unknown[] {
      const { before, after } = change;
      const { recordMs, textMs } = retention(after.account);
      const becameFinal = isFinal(record.state) && before.state !== record.state;
      const { set, remove } = codec.difference(before, record);
      const { timer, due, held } = indexMoves(change, record, textMs);
      const [asked, askedSoFar] = [askedAccount(after), askedAccount(before)];
      const [countedOut, countedIn] = [openField(before), openField(record)];
      const recounts = countedOut !== countedIn;
      return [
        record.id,
        String(before.revision),
        inScript(timer),
        dueOf(asked),
        inScript(due),
        asked === askedSoFar ? 0 : dueOf(askedSoFar),
        heldOf(before.state === "held" ? before.account : after.account),
        inScript(held),
        becameFinal ? String(recordMs) : "",
        becameFinal ? keys.finalChannel(record.id) : "",
        recounts ? countedOut : "",
        recounts ? countedIn : "",
        before.history === record.history ? "" : encodeStateFacts(stateFactsOf(record)),
        becameFinal ? finalsOf(after.producer) : 0,
        remove,
        set,
      ];
    }
  };
}

function inScript(move: number | "leave" | "remove"): string {
  return move === "leave" ? "=" : move === "remove" ? "" : String(move);
}
