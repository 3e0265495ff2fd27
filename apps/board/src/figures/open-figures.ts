import type { OpenMessages } from "@hermod/broker/open-messages";
import type { MessageStanding } from "@hermod/broker/public-record";
import { isFinal, type OpenState } from "@hermod/core/state";

/** The open messages of an account. */
export interface OpenOfAccount {
  readonly total: number;
  readonly states: Readonly<Record<OpenState, number>>;
  /** Since when the oldest of them waits. */
  readonly oldestAt: number | undefined;
}

export interface OpenFigures {
  /** False when there were too many to read all: then the figures are what a sample says of the whole. */
  readonly exact: boolean;
  readonly total: number;
  readonly accounts: ReadonlyMap<string, OpenOfAccount>;
  readonly oldestAt: number | undefined;
  readonly heldTotal: number;
  readonly unconfirmedTotal: number;
  /** The held messages that are released next. */
  readonly held: readonly MessageStanding[];
}

const NONE = { queued: 0, held: 0, sending: 0, unconfirmed: 0, submitted: 0, sent: 0 };

const MOST_HELD = 50;

/** Counts open messages by where those stand that were looked at: all of them, or some by chance. */
export function openFigures(
  standings: readonly MessageStanding[],
  { ids, total }: OpenMessages,
  now: number,
): OpenFigures {
  const open = standings.filter(({ state }) => !isFinal(state));
  const exact = ids.length >= total;
  const scale = exact ? 1 : total / ids.length;
  const accounts = new Map<string, OpenOfAccount>();
  for (const [account, messages] of Map.groupBy(open, (standing) => standing.account)) {
    const states = { ...NONE };
    for (const { state } of messages) states[state as OpenState] += scale;
    accounts.set(account, { total: messages.length * scale, states, oldestAt: oldestOf(messages, now) });
  }
  const of = (state: OpenState): number => open.filter((standing) => standing.state === state).length * scale;
  return {
    exact,
    total: open.length * scale,
    accounts,
    oldestAt: oldestOf(open, now),
    heldTotal: of("held"),
    unconfirmedTotal: of("unconfirmed"),
    held: open
      .filter(({ state }) => state === "held")
      .sort((a, b) => a.releaseAt - b.releaseAt)
      .slice(0, MOST_HELD),
  };
}

/** Since when the oldest waits. One that is for later does not: its time has not come. */
function oldestOf(messages: readonly MessageStanding[], now: number): number | undefined {
  const since = messages.flatMap(({ reason, releaseAt, acceptedAt }) => {
    if (reason !== "schedule") return [acceptedAt];
    return releaseAt > now ? [] : [releaseAt];
  });
  return since.length === 0 ? undefined : since.reduce((oldest, at) => Math.min(oldest, at));
}
