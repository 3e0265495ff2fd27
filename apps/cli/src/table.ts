import { stripVTControlCharacters, styleText } from "node:util";

/** Lines up cells in columns under a head: the first column to the left, the others to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((cells) => widthOf(cells[column] ?? ""))),
  );
  const line = (cells: readonly string[]): string =>
    widths
      .map((width, column) => {
        const cell = cells[column] ?? "";
        const room = " ".repeat(width - widthOf(cell));
        return column === 0 ? cell + room : room + cell;
      })
      .join("  ");
  return [styleText("bold", line(head)), ...rows.map(line)];
}

/** Puts blocks of lines side by side. */
export function beside(blocks: readonly (readonly string[])[], gap: string): string[] {
  const widths = blocks.map((lines) => Math.max(0, ...lines.map(widthOf)));
  const height = Math.max(0, ...blocks.map((lines) => lines.length));
  return Array.from({ length: height }, (_, row) =>
    blocks
      .map((lines, place) => {
        const line = lines[row] ?? "";
        return line + " ".repeat((widths[place] ?? 0) - widthOf(line));
      })
      .join(gap)
      .trimEnd(),
  );
}

/** How many columns a line takes in a terminal. */
export function widthOf(line: string): number {
  return stripVTControlCharacters(line).length;
}
