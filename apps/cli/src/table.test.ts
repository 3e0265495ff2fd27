import { styleText } from "node:util";
import { expect, test } from "vitest";
import { beside, table, widthOf } from "./table.ts";

test("the first column stands to the left, the others to the right", () => {
  expect(
    table(
      ["a", "b"],
      [
        ["longer", "1"],
        ["x", "22"],
      ],
    ).slice(1),
  ).toEqual(["longer   1", "x       22"]);
});

test("colours take no room", () => {
  const red = styleText("red", "12", { validateStream: false });
  expect(widthOf(red)).toBe(2);
  expect(table(["a", "b"], [["x", red]]).map(widthOf)).toEqual([5, 5]);
});

test("blocks of unequal height stand side by side", () => {
  expect(beside([["a"], ["bb", "c"]], "|")).toEqual(["a|bb", " |c"]);
});
