import { expect, test } from "vitest";
import { readEnvironment } from "./environment.ts";

test("an empty environment means the defaults", () => {
  expect(readEnvironment({})).toEqual({
    redisUrl: "redis://127.0.0.1:6379",
    configPath: "hermod.yaml",
    logLevel: "info",
    port: undefined,
    accounts: undefined,
  });
});

test("a list of accounts may have blanks and a comma at its end", () => {
  expect(readEnvironment({ ACCOUNTS: "a, b," }).accounts).toEqual(["a", "b"]);
});

test("every bad variable is named in one error", () => {
  expect(() => readEnvironment({ PORT: "many", LOG_LEVEL: "loud" })).toThrow(/LOG_LEVEL.*PORT/s);
});
