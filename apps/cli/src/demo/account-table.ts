import { styleText } from "node:util";
import { beside, table, widthOf } from "../table.ts";
import type { Figures, StateFigures, TimeName } from "./account-figures.ts";
import type { Spread } from "./figures.ts";

/** The figures of an account, or of all, under the words that say whose they are. */
export interface TitledFigures {
  readonly title: string;
  readonly figures: Figures;
}

const GAP = "    ";
const CELL = 6;
const STATES = ["delivered", "undelivered", "expired", "rejected", "unknown"];
const TIMES: readonly (readonly [name: TimeName, words: string])[] = [
  ["send", "send latency"],
  ["urgent", "  urgent"],
  ["normal", "  normal"],
  ["bulk", "  bulk"],
  ["final", "time to final"],
  ["lag", "  noticed after"],
];

/** A table for each account, all in the same form, with as many in a row as there is room for. */
export function accountTables(accounts: readonly TitledFigures[], columns: number): string[] {
  const there = accounts.flatMap(({ figures }) => figures.states.map(({ state }) => state));
  const states = [...new Set([...STATES, ...there])];
  const bodies = accounts.map(({ figures }) => {
    const panels = [statePanel(figures, states), timePanel(figures), requestPanel(figures)];
    const wide = beside(panels, GAP);
    return widest(wide) < columns ? wide : panels.flatMap((panel) => [...panel, ""]).slice(0, -1);
  });
  const width = Math.max(...bodies.map(widest), ...accounts.map((account) => widthOf(heading(account, 0))));
  const blocks = accounts.map((account, index) => [heading(account, width), ...(bodies[index] ?? [])]);
  const inARow = columns > 2 * width + GAP.length ? 2 : 1;
  return Array.from({ length: Math.ceil(blocks.length / inARow) }, (_, row) => [
    ...beside(blocks.slice(row * inARow, (row + 1) * inARow), GAP),
    "",
  ]).flat();
}

function heading({ title, figures: { messages, differing } }: TitledFigures, width: number): string {
  const verdict = differing === 0 ? "all as the log demands" : `${differing} not as the log demands`;
  const words = [`── ${title} `, ` ${messages} messages, ${verdict} ──`] as const;
  const line = "─".repeat(Math.max(2, width - widthOf(words.join(""))));
  return styleText(differing === 0 ? "green" : "red", words.join(line));
}

function statePanel({ states, messages }: Figures, shown: readonly string[]): string[] {
  const rows = shown.map((name) => {
    const { told, demanded } = states.find(({ state }) => state === name) ?? NONE;
    return [name, cell(told), told === demanded ? cell(demanded) : styleText("red", cell(demanded))];
  });
  return table(["state", "Hermod", cell("log")], [...rows, ["all", cell(messages), cell(messages)]]);
}

const NONE: Pick<StateFigures, "told" | "demanded"> = { told: 0, demanded: 0 };

function timePanel({ ms }: Figures): string[] {
  const rows = TIMES.map(([name, words]) => [words, ...percentiles(ms[name])]);
  return table(["seconds", cell("p50"), cell("p95"), cell("p99")], rows);
}

function percentiles(spread: Spread | undefined): string[] {
  if (spread === undefined) return Array.from({ length: 3 }, () => cell("–"));
  return [spread.p50, spread.p95, spread.p99].map((ms) => cell((ms / 1000).toFixed(2)));
}

function requestPanel({ requests, acceptedTwice }: Figures): string[] {
  const { send, turnedAway, retries, mostInASecond, allowedInASecond, status, pushes } = requests;
  const most = `${mostInASecond}/${allowedInASecond}`;
  return table(
    ["requests", cell("")],
    [
      ["send", cell(send)],
      ["  turned away", cell(turnedAway)],
      ["  retries", cell(retries)],
      ["  most in 1 s", mostInASecond > allowedInASecond ? styleText("red", most) : most],
      ["status", cell(status)],
      ["pushes", cell(pushes)],
      ["accepted twice", acceptedTwice > 0 ? styleText("red", String(acceptedTwice)) : "0"],
    ],
  );
}

function cell(value: string | number): string {
  return String(value).padStart(CELL);
}

function widest(lines: readonly string[]): number {
  return Math.max(0, ...lines.map(widthOf));
}
