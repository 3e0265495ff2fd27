import { styleText } from "node:util";
import { type AccountSides, figuresOf } from "./account-figures.ts";
import { accountTables } from "./account-table.ts";
import type { Verdict } from "./truth.ts";

/** An account at the end of the demo. */
export interface ReportedAccount extends AccountSides {
  readonly name: string;
  /** Whose API it is. */
  readonly provider: string;
}

export interface ReportParts {
  readonly accounts: readonly ReportedAccount[];
  readonly elapsedMs: number;
}

/** Differences shown one by one; of more, the number tells enough. */
const MOST_SHOWN = 20;

/** Whether the providers' logs and Hermod agree on every message, and nothing was accepted twice. */
export function allAgree({ accounts }: ReportParts): boolean {
  return accounts.every(({ verdicts }) => verdicts.every(({ agrees }) => agrees));
}

/** The end of the demo in lines: a table for each account, one for all of them, the verdict. */
export function report(parts: ReportParts, columns: number): string[] {
  const { accounts } = parts;
  const tables = accounts.map((account) => ({
    title: `${account.name}, ${account.provider}`,
    figures: figuresOf([account]),
  }));
  const total = { title: "all accounts", figures: figuresOf(accounts) };
  const shown = accounts.length > 1 ? [...tables, total] : tables;
  return [...accountTables(shown, columns), ...verdictLines(parts)];
}

/** The same as data, for whoever reads it with a program. */
export function reportData(parts: ReportParts): object {
  const { accounts, elapsedMs } = parts;
  return {
    agrees: allAgree(parts),
    elapsedMs: Math.round(elapsedMs),
    accounts: accounts.map((account) => ({
      account: account.name,
      provider: account.provider,
      ...figuresOf([account]),
    })),
    total: figuresOf(accounts),
    differing: differingOf(parts).map(({ id, told, demanded }) => ({ id, told, demanded })),
  };
}

function differingOf({ accounts }: ReportParts): Verdict[] {
  return accounts.flatMap(({ verdicts }) => verdicts.filter(({ agrees }) => !agrees));
}

function verdictLines(parts: ReportParts): string[] {
  const after = `after ${(parts.elapsedMs / 1000).toFixed(1)} s`;
  const verdicts = parts.accounts.flatMap((account) => account.verdicts);
  const differing = differingOf(parts);
  if (differing.length === 0) {
    const words = `All ${verdicts.length} messages ended as the providers' logs demand, ${after}; accepted twice: 0`;
    return [styleText("green", words)];
  }
  const lines = differing
    .slice(0, MOST_SHOWN)
    .map(({ id, told, demanded }) => `  ${id}   Hermod says ${told}, the provider's log demands ${demanded}`);
  const left = differing.length - lines.length;
  return [
    styleText(
      "red",
      `${differing.length} of ${verdicts.length} messages differ from the providers' logs, ${after}:`,
    ),
    ...lines,
    ...(left > 0 ? [`  and ${left} more`] : []),
  ];
}
