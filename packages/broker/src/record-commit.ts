import { type IndexedChange, indexMoves, writtenRecord } from "@hermod/core/index-moves";
import { askedAccount, type MessageRecord } from "@hermod/core/record";
import { isFinal } from "@hermod/core/state";
import { stateFactsOf } from "@hermod/core/state-event";
import { type Transition, transitionOf } from "@hermod/core/transition";
import type { ChainableCommander, Redis } from "ioredis";
import type { Keys } from "./keys.ts";
import { openField } from "./open-messages.ts";
import type { RecordCodec } from "./record-codec.ts";
import type { RedisClock } from "./redis-clock.ts";
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

/** `always` is for what already happened and must be written even when Redis is out of memory. */
export type Commit = (changes: readonly Change[], when?: "ifMemory" | "always") => Promise<Committed[]>;

/** Writes changes of records, and what follows from each in the indexes, counts and streams, in one step. */
export function committer(parts: StoreParts): Commit {
  const { redis, keys, codec, clock, retention, onTransition, events = UNLIMITED, alongside } = parts;
  const limits = share(events, keys.partitions);
  return async (changes, when = "ifMemory") => {
    if (changes.length === 0) return [];
    const pipeline = redis.pipeline();
    const written = changes.map(({ before, after, limitedMs }) =>
      writtenRecord(before, after, retention(after.account).textMs, clock.now(), limitedMs),
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
