import { styleText } from "node:util";
import { STATES, type State } from "@hermod/core/state";

/** Where the demo stands. */
export interface Standing {
  readonly elapsedMs: number;
  readonly messages: number;
  readonly states: ReadonlyMap<State, number>;
  /** Messages the provider took during the last second. */
  readonly perSecond: number;
  /** Until the last message is final, at most; undefined for a load without end. */
  readonly leftMs: number | undefined;
}

/** States shown even when no message is in them, so that the picture does not jump. */
const ALWAYS: readonly State[] = [
  "queued",
  "sending",
  "submitted",
  "delivered",
  "undelivered",
  "rejected",
  "unknown",
];
const COLOURS: Partial<Record<State, "green" | "yellow" | "red" | "cyan">> = {
  delivered: "green",
  undelivered: "yellow",
  rejected: "yellow",
  expired: "red",
  failed: "red",
  unknown: "red",
};
const NAME_WIDTH = 12;
const COUNT_WIDTH = 7;
const WIDEST_BAR = 60;

/** The standing as a picture: a bar for each state, and a line below. */
export function picture(standing: Standing, columns: number): string[] {
  const { messages, states } = standing;
  const room = Math.max(10, Math.min(WIDEST_BAR, columns - NAME_WIDTH - COUNT_WIDTH - 2));
  const shown = STATES.filter((state) => ALWAYS.includes(state) || (states.get(state) ?? 0) > 0);
  const bars = shown.map((state) => {
    const count = states.get(state) ?? 0;
    // What is there is seen, however few it is.
    const length = count === 0 ? 0 : Math.max(1, Math.round((count / Math.max(1, messages)) * room));
    const bar = styleText(COLOURS[state] ?? "cyan", "█".repeat(length));
    return `${state.padEnd(NAME_WIDTH)}${String(count).padStart(COUNT_WIDTH)} ${bar}`;
  });
  return [...bars, footer(standing).slice(0, Math.max(0, columns - 1))];
}

/** The standing in one line, for where nothing can be redrawn. */
export function plainLine(standing: Standing): string {
  const counts = [...standing.states]
    .sort(([a], [b]) => STATES.indexOf(a) - STATES.indexOf(b))
    .map(([state, count]) => `${state} ${count}`);
  return `${footer(standing)}: ${counts.join(", ")}`;
}

function footer({ elapsedMs, messages, perSecond, leftMs }: Standing): string {
  const left = leftMs === undefined ? [] : [`at most ${Math.ceil(leftMs / 1000)} s left`];
  const parts = [
    `${(elapsedMs / 1000).toFixed(1)} s`,
    `${messages} messages`,
    `${perSecond} sent in the last second`,
    ...left,
  ];
  return parts.join(", ");
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
