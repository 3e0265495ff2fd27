import { stripVTControlCharacters } from "node:util";
import { isFinal, STATES, type State } from "@hermod/core/state";
import { bar, type Counts, legend } from "./bar.ts";

/** Where the demo stands. */
export interface Standing {
  readonly elapsedMs: number;
  /** Until the last message is final, at most; undefined for a load without end. */
  readonly leftMs: number | undefined;
  readonly accounts: readonly AccountStanding[];
}

export interface AccountStanding {
  readonly name: string;
  readonly states: Counts;
  /** Messages the provider took during the last second. */
  readonly perSecond: number;
}

const WIDEST_BAR = 100;

/** The standing as a picture: a bar for each account and one for all of them, what they mean, and a line below. */
export function picture(standing: Standing, columns: number): string[] {
  const { accounts } = standing;
  const all = totalOf(accounts);
  const rows = accounts.length > 1 ? [...accounts, all] : accounts;
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const told = rows.map(finalWords);
  const toldWidth = Math.max(...told.map((words) => words.length));
  const room = Math.max(10, Math.min(WIDEST_BAR, columns - nameWidth - toldWidth - 5));
  const bars = rows.map(
    ({ name, states }, index) =>
      `${name.padEnd(nameWidth)}  ${bar(states, room)}  ${(told[index] ?? "").padStart(toldWidth)}`,
  );
  return [
    ...bars,
    ...lines(legend(all.states), columns),
    footer(standing).slice(0, Math.max(0, columns - 1)),
  ];
}

/** The standing in one line, for where nothing can be redrawn. */
export function plainLine(standing: Standing): string {
  const { accounts } = standing;
  const each = accounts.map((account) => `${account.name} ${finalOf(account)}/${countOf(account)}`);
  const counts = [...totalOf(accounts).states]
    .sort(([a], [b]) => STATES.indexOf(a) - STATES.indexOf(b))
    .map(([state, count]) => `${state} ${count}`);
  return `${footer(standing)}; final: ${each.join(", ")}; ${counts.join(", ")}`;
}

function finalWords(account: AccountStanding): string {
  return `${finalOf(account)} of ${countOf(account)} final, ${account.perSecond}/s`;
}

function footer({ elapsedMs, leftMs }: Standing): string {
  const left = leftMs === undefined ? "" : `, at most ${Math.ceil(leftMs / 1000)} s left`;
  return `${(elapsedMs / 1000).toFixed(1)} s${left}`;
}

function totalOf(accounts: readonly AccountStanding[]): AccountStanding {
  const states = new Map<State, number>();
  for (const account of accounts)
    for (const [state, count] of account.states) states.set(state, (states.get(state) ?? 0) + count);
  const perSecond = accounts.reduce((sum, account) => sum + account.perSecond, 0);
  return { name: "all", states, perSecond };
}

function countOf({ states }: AccountStanding): number {
  return states.values().reduce((sum, count) => sum + count, 0);
}

function finalOf({ states }: AccountStanding): number {
  return states.entries().reduce((sum, [state, count]) => (isFinal(state) ? sum + count : sum), 0);
}

/** Puts items side by side, as many as a line has room for. */
function lines(items: readonly string[], columns: number): string[] {
  const full: string[] = [];
  for (const item of items) {
    const line = full.at(-1);
    const longer = line === undefined ? item : `${line}   ${item}`;
    if (line !== undefined && stripVTControlCharacters(longer).length < columns)
      full[full.length - 1] = longer;
    else full.push(item);
  }
  return full;
}

export interface Remaining {
  readonly waiting: number;
  readonly sendPerSecond: number;
  /** When the last message was submitted that has no report yet. */
  readonly lastSubmittedAt: number | undefined;
  readonly horizonMs: number;
}

/** The longest time until everything is final: what waits goes out at the limit, and the last one may never be reported. */
export function timeLeftMs(
  { waiting, sendPerSecond, lastSubmittedAt, horizonMs }: Remaining,
  now: number,
): number {
  if (waiting > 0) return (waiting / sendPerSecond) * 1000 + horizonMs;
  return lastSubmittedAt === undefined ? 0 : Math.max(0, lastSubmittedAt + horizonMs - now);
}
