import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const ROOT = new URL("../../../", import.meta.url);
const LIST = readFileSync(new URL("docs/scenarios.md", ROOT), "utf8");

const NAMED = [...LIST.matchAll(/`([\w./-]+\.ts)`: "([^"]+)"/g)].map(([, file = "", name = ""]) => ({
  file,
  name,
}));
const LINES = [...LIST.matchAll(/^\| (\d+) \|(.*)$/gm)].map(([, number, line = ""]) => ({ number, line }));

test.each(NAMED)("the list of scenarios names a test that exists: $file, $name", ({ file, name }) => {
  expect(readFileSync(new URL(file, ROOT), "utf8")).toContain(name);
});

test("every scenario of the list is shown by a test, or by that of another line", () => {
  const shown = LINES.filter(({ line }) => /\.ts`: "|the same/.test(line)).map(({ number }) => number);
  expect(shown).toEqual(LINES.map(({ number }) => number));
  expect(shown.length).toBeGreaterThan(40);
});
