import { expect, test } from "vitest";
import { z } from "zod";
import { readEnvironment } from "./environment.ts";

const DEFAULTS = {
  redisUrl: "redis://127.0.0.1:6379",
  configPath: "hermod.yaml",
  logLevel: "info",
  port: undefined,
  accounts: undefined,
};

test("an empty environment means the defaults", () => {
  expect(readEnvironment({})).toEqual(DEFAULTS);
});

test.for(["", " "])("a variable that is %j counts as absent", (value) => {
  const names = ["REDIS_URL", "HERMOD_CONFIG", "LOG_LEVEL", "PORT", "ACCOUNTS"];
  expect(readEnvironment(Object.fromEntries(names.map((name) => [name, value])))).toEqual(DEFAULTS);
});

test("a list without a name does not make a worker that works for nobody", () => {
  expect(readEnvironment({ ACCOUNTS: " , " }).accounts).toBeUndefined();
});

test("a list of accounts may have blanks and a comma at its end", () => {
  expect(readEnvironment({ ACCOUNTS: "a, b," }).accounts).toEqual(["a", "b"]);
});

test("every bad variable is named in one error", () => {
  expect(() => readEnvironment({ PORT: "many", LOG_LEVEL: "loud" })).toThrow(/LOG_LEVEL.*PORT/s);
});

const Own = z.object({ OWN_WORD: z.string("must be set") }).transform(({ OWN_WORD }) => ({ word: OWN_WORD }));

test("what only one process takes is read with the rest", () => {
  expect(readEnvironment({ OWN_WORD: "x", PORT: "1" }, Own)).toMatchObject({ word: "x", port: 1 });
});

test("a bad variable of one process is named in the same error as all others", () => {
  expect(() => readEnvironment({ PORT: "many", OWN_WORD: "" }, Own)).toThrow(/2 problems:.*PORT.*OWN_WORD/s);
});
