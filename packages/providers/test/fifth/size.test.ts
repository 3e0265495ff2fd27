import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const linesOf = (path: string) =>
  readFileSync(join(import.meta.dirname, path), "utf8").split("\n").length - 1;
const sum = (...names: string[]) => names.reduce((lines, name) => lines + linesOf(`${name}.ts`), 0);

test("CONTRIBUTING says how many lines a provider takes", () => {
  const text = readFileSync(join(import.meta.dirname, "../../../../CONTRIBUTING.md"), "utf8");
  const said = /(\d+) lines of adapter, (\d+) of simulator and (\d+) for the suite/.exec(text)?.slice(1);
  const adapter = sum("config", "wire", "codes", "send", "status", "index");
  expect(said?.map(Number)).toEqual([adapter, sum("simulator"), sum("conformance.test")]);
});
