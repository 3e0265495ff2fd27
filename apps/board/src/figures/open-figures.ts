import type { OpenCount } from "@hermod/broker/open-messages";
import type { MessageStanding } from "@hermod/broker/public-record";
import { isFinal } from "@hermod/core/state";

/** The open messages of an account: how many, by state, and since when the oldest that was looked at waits. */
export interface OpenOfAccount {
  readonly total: number;
  readonly states: ReadonlyMap<string, number>;
  readonly oldestAt: number | undefined;
}

export interface OpenFigures {
  readonly accounts: ReadonlyMap<string, OpenOfAccount>;
  readonly total: number;
  readonly held: number;
  readonly unconfirmed: number;
  readonly oldestAt: number | undefined;
  /** False when there were too many to look at all of them: one that was not looked at may be older. */
  readonly knowsOldest: boolean;
}

/** Sums up what is open. `standings` are some of it, or all. */
export function openFigures(
  counts: readonly OpenCount[],
  standings: readonly MessageStanding[],
  isAll: boolean,
  now: number,
): OpenFigures {
  const open = Map.groupBy(
    standings.filter(({ state }) => !isFinal(state)),
    ({ account }) => account,
  );
  const accounts = new Map<string, OpenOfAccount>();
  for (const [account, own] of Map.groupBy(counts, (count) => count.account)) {
    const oldestAt = oldestOf(open.get(account) ?? [], now);
    accounts.set(account, { total: sumOf(own), states: statesOf(own), oldestAt });
  }
  const states = statesOf(counts);
  return {
    accounts,
    total: sumOf(counts),
    held: states.get("held") ?? 0,
    unconfirmed: states.get("unconfirmed") ?? 0,
    oldestAt: oldestOf([...open.values()].flat(), now),
    knowsOldest: isAll,
  };
}

function statesOf(counts: readonly OpenCount[]): Map<string, number> {
  const states = new Map<string, number>();
  for (const { state, count } of counts) states.set(state, (states.get(state) ?? 0) + count);
  return states;
}

function sumOf(counts: readonly OpenCount[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}

/** Since when the oldest waits. One that is for later does not: its time has not come. */
function oldestOf(messages: readonly MessageStanding[], now: number): number | undefined {
  const since = messages.flatMap(({ reason, releaseAt, acceptedAt }) => {
    if (reason !== "schedule") return [acceptedAt];
    return releaseAt > now ? [] : [releaseAt];
  });
  return since.length === 0 ? undefined : since.reduce((oldest, at) => Math.min(oldest, at));
}
