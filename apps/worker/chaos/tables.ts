import type { NaiveCounts } from "./naive.ts";
import type { Verdict } from "./verdict.ts";

type Table = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** One line for each row of the report. */
export function hermodTable(verdicts: readonly Verdict[]): Table {
  return Object.fromEntries(
    verdicts.map(({ row, counts, violations, late }) => [
      row.name,
      { ...counts, late: late.length, WRONG: violations.length },
    ]),
  );
}

export function naiveTable(rows: readonly NaiveCounts[]): Table {
  return Object.fromEntries(
    rows.map(({ row, once, more, most, lost, silentlyLost, failedButTaken }) => [
      row.name,
      {
        "taken once": once,
        "taken more than once": more,
        "most copies": most,
        "never taken": lost,
        "done but never taken": silentlyLost,
        "failed but taken": failedButTaken,
      },
    ]),
  );
}
