import { newIdentities, type PushIndexing } from "@hermod/core/pushed";
import type { MessageRecord } from "@hermod/core/record";
import type { Redis } from "ioredis";
import type { Installation } from "./installation.ts";
import type { Alongside } from "./record-commit.ts";

/** Finds messages by what their provider calls them. */
export interface MessageIdentities {
  /** The id of the message behind each name; undefined where none is known. */
  find(account: string, identities: readonly string[]): Promise<(string | undefined)[]>;
  /** The latest messages to a number through an account whose provider repeats our reference, or should. */
  findByNumber(account: string, number: string): Promise<string[]>;
}

/** Of one number: whoever is sent more at once is asked about the latest. */
const MOST_NUMBERED = 32;

export function openMessageIdentities(redis: Redis, { keys, numberHash }: Installation): MessageIdentities {
  return {
    findByNumber: (account, number) => redis.zrange(keys.numbered(account, numberHash(number)), "0", "-1"),
    async find(account, identities) {
      // Without a pipeline, as in `replies.ts`: what is asked in one breath shares the round trip.
      const ids = await Promise.all(
        identities.map((identity) => redis.get(keys.identity(account, identity))),
      );
      return ids.map((id) => id ?? undefined);
    },
  };
}

/**
 * What writes, beside changes, the names that they make known. A name is written first, and whatever was pushed under it is
 * then due to be looked at: whoever parks a push and looks for its name afterwards finds one of the two. A name that was not
 * written, because memory was short, costs a push and no more: the provider is asked all the same.
 */
export function indexIdentities(
  { keys, numberHash }: Installation,
  indexingOf: (account: string) => PushIndexing | undefined,
  changes: readonly { readonly before: MessageRecord; readonly after: MessageRecord }[],
): Alongside[] {
  const commands: Alongside[] = [];
  for (const { before, after } of changes) {
    if (!after.route.some((account) => indexingOf(account) !== undefined)) continue;
    for (const { account, identity } of newIdentities(before, after)) {
      const indexing = indexingOf(account);
      if (indexing === undefined || (identity.startsWith("r") && !indexing.references)) continue;
      commands.push((pipeline) =>
        pipeline.set(keys.identity(account, identity), after.id, "PX", indexing.keptMs),
      );
      commands.push((pipeline) => pipeline.zadd(keys.parkedDue(account), "XX", 0, identity));
      if (!identity.startsWith("r")) continue;
      const numbered = keys.numbered(account, numberHash(after.to));
      commands.push((pipeline) => pipeline.zadd(numbered, after.acceptedAt, after.id));
      commands.push((pipeline) => pipeline.zremrangebyrank(numbered, 0, -1 - MOST_NUMBERED));
      commands.push((pipeline) => pipeline.pexpire(numbered, indexing.keptMs));
    }
  }
  return commands;
}
