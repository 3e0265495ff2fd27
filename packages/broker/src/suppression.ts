import type { StopList } from "@hermod/core/event";
import type { MessageRecord } from "@hermod/core/record";
import { SuppressedSince, saysOptOut } from "@hermod/core/suppression";
import type { Redis } from "ioredis";
import type { Installation } from "./installation.ts";
import { parseJson } from "./parse-json.ts";
import type { Alongside } from "./record-commit.ts";
import { replies } from "./replies.ts";

/** A number on a list, as its keyed hash: the number itself is not kept. */
export interface Suppressed extends SuppressedSince {
  readonly hash: string;
}

/** Numbers that get no messages: a list of everyone's, and one of each producer. */
export interface Suppression {
  /** Which list each of the messages is stopped by, in one round trip while nobody stands on any, else in two. */
  find(messages: readonly Pick<MessageRecord, "to" | "producer">[]): Promise<(StopList | undefined)[]>;
  /** Returns how many were not on the list before; who was keeps the earlier date. */
  add(producer: string | undefined, entries: readonly Suppressed[]): Promise<number>;
  /** Returns how many were on the list. */
  remove(producer: string | undefined, hashes: readonly string[]): Promise<number>;
  get(producer: string | undefined, hash: string): Promise<SuppressedSince | undefined>;
  /** Goes through a list, a page at a time; `""` begins, and comes back at the end. An entry may come twice. */
  page(
    producer: string | undefined,
    cursor: string,
  ): Promise<{ readonly entries: Suppressed[]; readonly next: string }>;
}

const PAGE = 1000;

export function openSuppression(redis: Redis, { keys, numberHash }: Installation): Suppression {
  return {
    async find(messages) {
      if (messages.length === 0) return [];
      const producers = [...new Set(messages.map(({ producer }) => producer))];
      const lists = [undefined, ...producers];
      const counts = await Promise.all(lists.map((producer) => redis.hlen(keys.suppressed(producer))));
      const there = lists.filter((_, index) => (counts[index] ?? 0) > 0);
      // Nearly always there is nobody on them, and no number has to be hashed.
      if (there.length === 0) return messages.map(() => undefined);
      const hashes = messages.map(({ to }) => numberHash(to));
      const standing = await Promise.all(
        there.map(async (list) => {
          const asked = [...messages.keys()].filter(
            (index) => list === undefined || messages[index]?.producer === list,
          );
          const found = await redis.hmget(
            keys.suppressed(list),
            ...asked.map((index) => hashes[index] ?? ""),
          );
          return new Set(asked.filter((_, place) => typeof found[place] === "string"));
        }),
      );
      const standsOn = (list: string | undefined, index: number): boolean =>
        standing[there.indexOf(list)]?.has(index) ?? false;
      return messages.map(({ producer }, index) => {
        if (standsOn(undefined, index)) return "everyone";
        return standsOn(producer, index) ? "producer" : undefined;
      });
    },
    async add(producer, entries) {
      const pipeline = redis.pipeline();
      for (const { hash, source, at } of entries)
        pipeline.hsetnx(keys.suppressed(producer), hash, JSON.stringify({ source, at }));
      return (await replies(pipeline)).filter((added) => added === 1).length;
    },
    async remove(producer, hashes) {
      return hashes.length === 0 ? 0 : await redis.hdel(keys.suppressed(producer), ...hashes);
    },
    async get(producer, hash) {
      return sinceOf(await redis.hget(keys.suppressed(producer), hash));
    },
    async page(producer, cursor) {
      const [next, found] = await redis.hscan(keys.suppressed(producer), cursor || "0", "COUNT", PAGE);
      const entries: Suppressed[] = [];
      for (let index = 0; index < found.length; index += 2) {
        const since = sinceOf(found[index + 1]);
        if (since !== undefined) entries.push({ hash: found[index] ?? "", ...since });
      }
      return { entries, next: next === "0" ? "" : next };
    },
  };
}

function sinceOf(text: string | null | undefined): SuppressedSince | undefined {
  return SuppressedSince.safeParse(parseJson(text ?? "")).data;
}

/** What puts, beside changes, whom they tell to want no messages onto everyone's list. */
export function learnOptOuts(
  { keys, numberHash }: Installation,
  optOutCodes: readonly string[],
  changes: readonly { readonly before: MessageRecord; readonly after: MessageRecord }[],
): Alongside[] {
  const commands: Alongside[] = [];
  for (const { before, after } of changes) {
    if (!saysOptOut(before, after, optOutCodes)) continue;
    const since = { source: `provider:${after.account}`, at: after.updatedAt };
    commands.push((pipeline) =>
      pipeline.hsetnx(keys.suppressed(), numberHash(after.to), JSON.stringify(since)),
    );
  }
  return commands;
}
