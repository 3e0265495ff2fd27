import type { StateEvent } from "@hermod/core/state-event";
import type { ChainableCommander, Redis } from "ioredis";
import { defineFinalScripts } from "./final-scripts.ts";
import type { Keys } from "./keys.ts";
import { replies } from "./replies.ts";
import { decodeStateEvent } from "./state-events.ts";

/** Who consumes which finals, and where a group that is new begins. */
export interface FinalGroupOptions {
  readonly producer: string;
  readonly group: string;
  /** One of the group: two with the same name would take each other's finals. */
  readonly consumer: string;
  readonly from: "oldest" | "now";
  /** Whoever was not heard of for so long is taken for dead. */
  readonly claimAfterMs: number;
}

/** A final that this consumer has in hand. */
export interface TakenFinal {
  readonly event: StateEvent;
  readonly partition: number;
  readonly entryId: string;
}

/** A consumer of a producer's finals: what it takes is its own until it acknowledges it or dies. */
export interface FinalGroup {
  /** At most about `most` finals that nobody of the group has yet, in the order in which they came, of each partition. */
  take(most: number): Promise<TakenFinal[]>;
  /** Finals of those of the group who were not heard of for too long. */
  claim(most: number): Promise<TakenFinal[]>;
  acknowledge(finals: readonly TakenFinal[]): Promise<void>;
  /** Tells that this consumer lives and still has these in hand. */
  keep(finals: readonly TakenFinal[]): Promise<void>;
  /** Leaves these to whoever of the group claims first, at once. */
  giveBack(finals: readonly TakenFinal[]): Promise<void>;
}

type Entry = [id: string, fields: string[] | null];

/** A consumer that has nothing in hand and was not heard of for so long is forgotten. */
const FORGOTTEN_MS = 3_600_000;

/** Makes the group where it is missing, and joins it. A group is a reader of its own: it gets every final once. */
export async function openFinalGroup(
  redis: Redis,
  keys: Keys,
  options: FinalGroupOptions,
): Promise<FinalGroup> {
  const { producer, group, consumer, from, claimAfterMs } = options;
  defineFinalScripts(redis);
  const partitions = Array.from({ length: keys.partitions }, (_, partition) => partition);
  const streamOf = (partition: number): string => keys.finals(partition, producer);
  const cursors = new Map<number, string>();

  const join = async (): Promise<void> => {
    await redis.hsetnx(keys.groups, `${producer} ${group}`, "0");
    const pipeline = redis.pipeline();
    for (const partition of partitions) {
      pipeline.hermodJoin(streamOf(partition), group, from === "now" ? "$" : "0", FORGOTTEN_MS);
    }
    await replies(pipeline);
  };

  /** What cannot be read is of a newer version, and none of this consumer's business. */
  const taken = async (partition: number, entries: readonly Entry[]): Promise<TakenFinal[]> => {
    const finals: TakenFinal[] = [];
    const unreadable: string[] = [];
    for (const [entryId, fields] of entries) {
      const event = decodeStateEvent(fields?.[1] ?? "");
      if (event === undefined) unreadable.push(entryId);
      else finals.push({ event, partition, entryId });
    }
    if (unreadable.length > 0) await redis.xack(streamOf(partition), group, ...unreadable);
    return finals;
  };

  /** One command for each partition, all in one round trip. A group that was lost with its stream is made again. */
  const each = async <Reply>(
    add: (pipeline: ChainableCommander, stream: string, partition: number) => void,
  ): Promise<Reply[]> => {
    for (let tried = 0; ; tried += 1) {
      const pipeline = redis.pipeline();
      for (const partition of partitions) add(pipeline, streamOf(partition), partition);
      const results = (await pipeline.exec()) ?? [];
      const failed = results.find(([error]) => error !== null)?.[0];
      if (failed === undefined || failed === null) return results.map(([, reply]) => reply as Reply);
      if (tried > 0 || !failed.message.startsWith("NOGROUP")) throw failed;
      await join();
    }
  };

  const onEach = async (
    finals: readonly TakenFinal[],
    add: (pipeline: ChainableCommander, stream: string, ids: string[]) => void,
  ): Promise<void> => {
    if (finals.length === 0) return;
    const pipeline = redis.pipeline();
    for (const [partition, some] of Map.groupBy(finals, (final) => final.partition)) {
      add(
        pipeline,
        streamOf(partition),
        some.map(({ entryId }) => entryId),
      );
    }
    await replies(pipeline);
  };

  await join();
  return {
    async take(most) {
      const share = Math.ceil(most / partitions.length);
      const read = await each<[[string, Entry[]]] | null>((pipeline, stream) => {
        pipeline.xreadgroup("GROUP", group, consumer, "COUNT", share, "STREAMS", stream, ">");
      });
      const found = read.map((reply, partition) => taken(partition, reply?.[0][1] ?? []));
      return (await Promise.all(found)).flat();
    },
    async claim(most) {
      const share = Math.ceil(most / partitions.length);
      const claimed = await each<[next: string, entries: Entry[]]>((pipeline, stream, partition) => {
        const cursor = cursors.get(partition) ?? "0-0";
        pipeline.xautoclaim(stream, group, consumer, claimAfterMs, cursor, "COUNT", share);
      });
      const found = claimed.map(([next, entries], partition) => {
        cursors.set(partition, next);
        return taken(partition, entries);
      });
      return (await Promise.all(found)).flat();
    },
    acknowledge: (finals) => onEach(finals, (pipeline, stream, ids) => pipeline.xack(stream, group, ...ids)),
    keep: (finals) =>
      onEach(finals, (pipeline, stream, ids) =>
        pipeline.xclaim(stream, group, consumer, 0, ...ids, "JUSTID"),
      ),
    giveBack: (finals) =>
      onEach(finals, (pipeline, stream, ids) =>
        pipeline.xclaim(stream, group, consumer, 0, ...ids, "IDLE", FORGOTTEN_MS, "JUSTID"),
      ),
  };
}
