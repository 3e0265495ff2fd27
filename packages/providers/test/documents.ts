import { readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(import.meta.dirname, "../../../docs/providers");

/** What a pattern's groups match in a document or sheet of `docs/providers`, from one text of it on to another. */
export function documented(
  file: string,
  pattern: RegExp,
  between: { from?: string; to?: string } = {},
): string[] {
  const text = readFileSync(join(FOLDER, file), "utf8");
  const begin = between.from === undefined ? 0 : text.indexOf(between.from);
  const end = between.to === undefined ? text.length : text.indexOf(between.to, begin);
  if (begin < 0 || end < 0) throw new Error(`${file} does not have ${JSON.stringify(between)}`);
  const found = [...text.slice(begin, end).matchAll(pattern)].flatMap(([, ...groups]) =>
    groups.map((group = "") => group.trim()),
  );
  if (found.length === 0) throw new Error(`${file} does not have ${pattern}`);
  return found;
}
