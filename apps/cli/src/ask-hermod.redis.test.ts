import { isolatedRedis } from "@hermod/testing/isolated-redis";
import { expect, test, vi } from "vitest";
import { askHermod } from "./ask-hermod.ts";

test("a number that got no message is answered with 1, and not repeated", async () => {
  using error = vi.spyOn(console, "error").mockImplementation(() => {});
  using log = vi.spyOn(console, "log").mockImplementation(() => {});
  const env = { REDIS_URL: isolatedRedis().url };
  const number = "+84836100017";
  expect(await askHermod({ name: "find", number, json: false }, env)).toBe(1);
  expect(error.mock.calls).toEqual([
    ["There is no message to this number, or its record is no longer kept."],
  ]);
  expect(await askHermod({ name: "find", number, json: true }, env)).toBe(1);
  expect(log.mock.calls).toEqual([["[]"]]);
  await expect(askHermod({ name: "find", number: "0836", json: false }, env)).rejects.toThrow("E.164");
});
