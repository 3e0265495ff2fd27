import type { RedisLink } from "@hermod/broker/connect";
import { type FinalGroup, openFinalGroup } from "@hermod/broker/final-group";
import type { Broker } from "@hermod/broker/open-broker";
import { HermodInputError, issuesOf } from "@hermod/core/input-error";
import type { StateEvent } from "@hermod/core/state-event";
import { z } from "zod";
import { openFinalsInHand, pause } from "./finals-in-hand.ts";
import { openDeadline } from "./within-deadline.ts";

const Name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);

const Options = z.strictObject({
  producer: Name.default("default"),
  group: Name,
  from: z.enum(["oldest", "now"]).default("oldest"),
  claimAfterMs: z.int().min(1000).max(3_600_000).default(30_000),
});

export interface FinalsOptions {
  /** Whose messages; without it, those that were sent without a producer. */
  readonly producer?: string;
  /** Each group gets every final; the consumers of one group share them. */
  readonly group: string;
  /** Where a group that is new begins: at the oldest final that is kept, or with what comes from now on. By default `oldest`. */
  readonly from?: "oldest" | "now";
  /** What a consumer has in hand goes to others when it was not heard of for so long. By default 30 s. */
  readonly claimAfterMs?: number;
  /** Ends the iteration with its reason. */
  readonly signal?: AbortSignal;
}

export interface FinalsParts {
  readonly redis: RedisLink["redis"];
  readonly current: () => Promise<Broker>;
  /** Ends every iteration with its reason. */
  readonly closed: AbortSignal;
}

/** Pause between two looks whether an installation has begun. */
const BEGINNING_MS = 1000;

/**
 * The finals of a producer, one after another. One counts as done when the next is asked for, and that is recorded before the
 * next is handed out. What a consumer had in hand when it died goes to others of its group.
 */
export async function* finals(
  { redis, current, closed }: FinalsParts,
  { signal, ...rest }: FinalsOptions,
): AsyncGenerator<StateEvent, never, undefined> {
  const parsed = Options.safeParse(rest);
  if (!parsed.success) throw new HermodInputError(issuesOf(parsed.error));
  const options = { ...parsed.data, consumer: crypto.randomUUID() };
  const end = signal === undefined ? closed : AbortSignal.any([closed, signal]);
  const join = async (): Promise<FinalGroup | undefined> => {
    const { installation } = await current();
    // There are no messages yet, and where their finals will lie is not known.
    return installation.fixed ? await openFinalGroup(redis, installation.keys, options) : undefined;
  };
  let group = await openDeadline(end).within(join);
  while (group === undefined) {
    await pause(BEGINNING_MS, end);
    group = await openDeadline(end).within(join);
  }
  const hand = openFinalsInHand(group, options.claimAfterMs, end);
  try {
    for (;;) {
      const final = await hand.next();
      yield final.event;
      await hand.done(final);
    }
  } finally {
    await hand.giveBack();
  }
}
