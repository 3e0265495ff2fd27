import type { RequestTerms } from "@hermod/core/polling/request";
import type { ChainableCommander, Redis } from "ioredis";
import { defineDueScripts } from "./due-scripts.ts";
import type { Keys } from "./keys.ts";
import type { RedisClock } from "./redis-clock.ts";
import { repliesTo } from "./replies.ts";

/** How an account is planned for. */
export interface ClaimTerms extends RequestTerms {
  /** Requests that the account allows, by all processes together. */
  readonly perSecond: number;
  /** Most requests taken at once. */
  readonly requests: number;
  /** A claimed message is due again after this time, should whoever took it die. */
  readonly leaseMs: number;
  /** Messages are asked about in groups that are made elsewhere: each is taken when it is due. */
  readonly grouped: boolean;
}

/**
 * Which messages wait for a look, by account. A message stands there once, with a score that says when it is due and how long it
 * will have waited (`due-score.ts`); commits of the record store set it.
 */
export interface DueIndex {
  /** Takes what is worth a request now, request by request. */
  claim(account: string, terms: ClaimTerms): Promise<string[][]>;
  /**
   * Begins to ask about claimed messages, for at most `forMs`, and returns those to ask about: nobody else does, and they were not
   * answered for since.
   */
  take(account: string, ids: readonly string[], forMs: number): Promise<string[]>;
  /** Makes due again what was claimed, or taken, and not asked about. */
  giveBack(account: string, ids: readonly string[]): Promise<void>;
}

/** Requests at once, in seconds of the account's budget: what gathers between two looks. */
const BURST_SECONDS = 0.5;

export function openDueIndex(redis: Redis, keys: Keys, clock: RedisClock): DueIndex {
  defineDueScripts(redis);
  const byPartition = async (
    account: string,
    ids: readonly string[],
    run: (commander: Redis | ChainableCommander, due: string, some: string[]) => unknown,
  ): Promise<unknown[]> =>
    await repliesTo(redis, [...Map.groupBy(ids, keys.partitionOf)], (commander, [partition, some]) =>
      run(commander, keys.due(partition, account), some),
    );
  return {
    async claim(account, { batch, maxMs, perSecond, requests, leaseMs, grouped }) {
      const askedAt = performance.now();
      // Ids are spread evenly over the partitions, and so is the budget.
      const share = perSecond / keys.partitions;
      const burst = Math.max(1, share * BURST_SECONDS);
      const terms = [batch, maxMs, leaseMs, requests, share, burst, grouped ? "1" : ""];
      const claimed = (await repliesTo(redis, keys.allPartitions, (commander, partition) =>
        commander.hermodClaimDue(
          keys.due(partition, account),
          keys.statusBudget(partition, account),
          ...terms,
        ),
      )) as [now: string, ...requests: string[][]][];
      const [first] = claimed;
      if (first !== undefined) clock.set(Number(first[0]), askedAt);
      return claimed.flatMap(([, ...some]) => some);
    },
    async take(account, ids, forMs) {
      const taken = await byPartition(account, ids, (commander, due, some) =>
        commander.hermodTakeDue(due, forMs, ...some),
      );
      return taken.flat() as string[];
    },
    async giveBack(account, ids) {
      await byPartition(account, ids, (commander, due, some) => commander.hermodGiveBackDue(due, ...some));
    },
  };
}
