import { table } from "./table.ts";

/** Prints rows for whoever reads standard output. */
export function printRows(head: readonly string[], rows: readonly (readonly string[])[]): void {
  for (const line of rowLines(head, rows, process.stdout.isTTY)) console.log(line);
}

/**
 * On a terminal a table with a head, elsewhere a line for each row with tabs between its cells, for programs that cut
 * and count.
 */
export function rowLines(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  isTerminal: boolean,
): string[] {
  return isTerminal ? table(head, rows) : rows.map((cells) => cells.join("\t"));
}
