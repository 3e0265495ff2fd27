import { type IndexedChange, indexMoves, writtenRecord } from "../../src/index-moves.ts";
import type { IndexEntries } from "../../src/mend.ts";
import { askedAccount, type MessageRecord } from "../../src/record.ts";
import { isFinal } from "../../src/state.ts";
import { nextTimerAt } from "../../src/timer.ts";
import { checkChange } from "./rules.ts";
import type { World } from "./world.ts";

/** Why a record changes, for the rules that hold of each cause. */
export type Cause =
  | "begin"
  | "outcome"
  | "finding"
  | "push"
  | "timer"
  | "drive"
  | "cancel"
  | "hold"
  | "release"
  | "suspect"
  | "audit";

export interface Change extends IndexedChange {
  readonly after: MessageRecord;
}

export type Committed =
  | { readonly kind: "committed"; readonly record: MessageRecord }
  | { readonly kind: "moved" | "failed" };

/** The records and their indexes, as the scripts of the broker keep them. */
export interface Store {
  create(record: MessageRecord): { readonly record: MessageRecord; readonly created: boolean };
  load(id: string): MessageRecord | undefined;
  commit(change: Change, cause: Cause): Committed;
  /** When something in an index is due first. */
  timerAt(): number;
  dueAt(account: string): number;
  claimTimers(putOffMs: number): string[];
  claimDue(account: string, most: number, putOffMs: number): string[];
  /** Begins to ask about a claimed message, unless somebody else does or it was answered for since. */
  takeDue(account: string, id: string, forMs: number): boolean;
  /** Was not asked about after all. */
  giveBackDue(account: string, id: string): void;
  stopAsking(account: string, id: string): void;
  firstHeld(account: string, most: number): string[];
  entriesOf(record: MessageRecord): IndexEntries;
  openIds(): string[];
  loseIndexes(): void;
}

const TEXT_MS = 0;

/** What tells the score of a message that is being asked about. */
const ASKED = 1 / 4096;

export function openStore(world: World): Store {
  const records = new Map<string, MessageRecord>();
  const timers = new Map<string, number>();
  const due = new Map(world.plan.accounts.map(({ name }) => [name, new Map<string, number>()]));
  const held = new Map(world.plan.accounts.map(({ name }) => [name, new Map<string, number>()]));
  const indexOf = (indexes: typeof due, account: string): Map<string, number> =>
    indexes.get(account) ?? new Map();

  const setTimer = (id: string, at: number): void => {
    timers.set(id, at);
    world.pollers.wake("timers", at);
  };
  const setDue = (account: string, id: string, at: number): void => {
    indexOf(due, account).set(id, at);
    world.pollers.wake(`due ${account}`, Math.ceil(at));
  };
  return {
    create(record) {
      const found = records.get(record.id);
      if (found !== undefined) return { record: found, created: false };
      records.set(record.id, record);
      setTimer(record.id, nextTimerAt(record) ?? 0);
      return { record, created: true };
    },
    load: (id) => records.get(id),
    commit(change, cause) {
      const { before, after } = change;
      const { id } = before;
      const stored = records.get(id);
      if (stored?.revision !== before.revision) return { kind: "moved" };
      const record = writtenRecord(before, after, TEXT_MS, world.agenda.now());
      const moves = indexMoves(change, record, TEXT_MS);
      records.set(id, record);
      if (moves.timer === "remove") timers.delete(id);
      else setTimer(id, moves.timer);
      const asked = askedAccount(after);
      if (askedAccount(before) !== asked) indexOf(due, askedAccount(before)).delete(id);
      if (moves.due === "remove") indexOf(due, asked).delete(id);
      else if (moves.due !== "leave") setDue(asked, id, moves.due);
      const holder = before.state === "held" ? before.account : after.account;
      if (moves.held === "remove") indexOf(held, holder).delete(id);
      else if (moves.held !== "leave") {
        indexOf(held, holder).set(id, moves.held);
        world.pollers.wake(`held ${holder}`, world.agenda.now());
      }
      if (cause === "begin") world.ledger.of(id).begunAt = record.updatedAt;
      world.note?.(lineOf(stored, record, cause));
      checkChange(world, stored, record, cause, timers.get(id));
      return { kind: "committed", record };
    },
    timerAt: () => earliest(timers),
    dueAt: (account) => Math.ceil(earliest(indexOf(due, account))),
    claimTimers: (putOffMs) => claim(timers, Number.POSITIVE_INFINITY, world.agenda.now(), putOffMs),
    claimDue: (account, most, putOffMs) => claim(indexOf(due, account), most, world.agenda.now(), putOffMs),
    takeDue(account, id, forMs) {
      const index = indexOf(due, account);
      const score = index.get(id);
      const now = world.agenda.now();
      if (score === undefined || (score <= now ? false : !Number.isInteger(score))) return false;
      index.set(id, Math.floor(now + forMs) + ASKED);
      return true;
    },
    giveBackDue(account, id) {
      const score = indexOf(due, account).get(id) ?? 0;
      if (score - Math.floor(score) === ASKED) setDue(account, id, Math.ceil(world.agenda.now()));
    },
    stopAsking: (account, id) => void indexOf(due, account).delete(id),
    firstHeld: (account, most) =>
      [...indexOf(held, account)]
        .sort(([, one], [, other]) => one - other)
        .slice(0, most)
        .map(([id]) => id),
    entriesOf: (record) => ({
      timer: timers.has(record.id),
      due: indexOf(due, askedAccount(record)).has(record.id),
      held: indexOf(held, record.account).has(record.id),
    }),
    openIds: () => [...records.values()].filter(({ state }) => !isFinal(state)).map(({ id }) => id),
    loseIndexes() {
      world.note?.("timers, due index and held messages are lost");
      timers.clear();
      for (const indexes of [due, held]) for (const index of indexes.values()) index.clear();
      world.pollers.wake("audit", world.agenda.now() + world.random.between(0, 2000));
    },
  };
}

function lineOf(
  before: MessageRecord,
  { id, state, reason, account, attempts, releaseAt, deadlineAt }: MessageRecord,
  cause: Cause,
): string {
  const all = attempts.map(({ n, account: at, verdict }) => `${n} at ${at} ${verdict}`).join(", ");
  const times = isFinal(state) ? "" : `, release ${releaseAt}, deadline ${deadlineAt}`;
  return `${id} by ${cause}: ${before.state} → ${state} (${reason}) for ${account}${times}; attempts: ${all || "none"}`;
}

function earliest(index: ReadonlyMap<string, number>): number {
  let at = Number.POSITIVE_INFINITY;
  for (const score of index.values()) if (score < at) at = score;
  return at;
}

function claim(index: Map<string, number>, most: number, now: number, putOffMs: number): string[] {
  const ids: string[] = [];
  for (const [id, at] of index) if (at <= now && ids.length < most) ids.push(id);
  for (const id of ids) index.set(id, Math.ceil(now + putOffMs));
  return ids;
}
