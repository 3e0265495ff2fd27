import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { rowLines } from "./print-rows.ts";

const ROWS = [
  ["main", "3"],
  ["other", "12"],
];

test("rows on a terminal stand in columns below a head", () => {
  const lines = rowLines(["account", "waiting"], ROWS, true).map(stripVTControlCharacters);
  expect(lines).toEqual(["account  waiting", "main           3", "other         12"]);
});

test("rows for a program have a tab between their cells, no head and no colour", () => {
  expect(rowLines(["account", "waiting"], ROWS, false)).toEqual(["main\t3", "other\t12"]);
});
