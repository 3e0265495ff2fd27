import { stripVTControlCharacters, styleText } from "node:util";

/** Lines up cells in columns: the first to the left, the others to the right, but for the last, which is a remark. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((cells) => widthOf(cells[column] ?? ""))),
  );
  const line = (cells: readonly string[]): string =>
    head
      .map((_, column) => {
        const cell = cells[column] ?? "";
        const room = " ".repeat((widths[column] ?? 0) - widthOf(cell));
        const isLeft = column === 0 || column === head.length - 1;
        return isLeft ? cell + room : room + cell;
      })
      .join("   ")
      .trimEnd();
  return [styleText("bold", line(head)), ...rows.map(line)];
}

function widthOf(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
