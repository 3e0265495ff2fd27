import { expect, test } from "vitest";
import { fits } from "./masked-number.ts";

test.each<[unknown, string]>([
  ["0912*******", "yes"],
  [" 0912******* ", "yes"],
  ["0912***4567", "yes"],
  ["+98912*******", "yes"],
  ["0098912*******", "yes"],
  ["98912*******", "yes"],
  ["912*******", "yes"],
  ["0912xxxxxxx", "yes"],
  ["*******4567", "yes"],
  ["09121234567", "yes"],
  ["+989121234567", "yes"],
  ["0935*******", "no"],
  ["0912***9999", "no"],
  ["*******9999", "no"],
  ["09121234568", "no"],
  ["+84836106872", "no"],
  ["09*********", "unsaid"],
  ["***********", "unsaid"],
  ["", "unsaid"],
  ["hidden", "unsaid"],
  [undefined, "unsaid"],
  [{}, "unsaid"],
])("a number printed as %j: %s", (printed, expected) =>
  expect(fits(printed, "+989121234567")).toBe(expected),
);
