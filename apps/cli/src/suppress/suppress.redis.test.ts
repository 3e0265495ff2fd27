import { isolatedRedis } from "@hermod/testing/isolated-redis";
import { expect, test, vi } from "vitest";
import { parseCommandLine } from "../command-line.ts";
import { suppress } from "./suppress.ts";

/** Carries a command line out, and tells its exit code and what it printed. */
async function ask(...line: string[]) {
  const command = parseCommandLine(["suppress", ...line, "--producer", "cli-test"]);
  if (command.name !== "suppress") throw new Error(command.name);
  using log = vi.spyOn(console, "log").mockImplementation(() => {});
  const code = await suppress(command, { REDIS_URL: isolatedRedis().url });
  return { code, said: log.mock.calls.map(([text]) => `${text}`) };
}

test("a list is changed, exported, and tells whether a number is on it by its exit code", async () => {
  expect(await ask("get", "+84836100009")).toEqual({ code: 1, said: ["not on the list"] });
  expect(await ask("add", "+84836100009", "--source", "a letter", "--json")).toEqual({
    code: 0,
    said: ['{"added":1}'],
  });
  const { code, said } = await ask("get", "+84836100009");
  expect(code).toBe(0);
  expect(said[0]).toMatch(/^on the list since \d{4}-.* by a letter$/);
  expect((await ask("export")).said[0]).toMatch(/^{"hash":"[\w-]{22}","source":"a letter","at":\d+}$/);
  expect((await ask("remove", "+84836100009")).said).toEqual(["1 removed, 0 not on the list."]);
  await expect(ask("add", "0836")).rejects.toThrow("E.164");
  await expect(ask("import", "/no/such/file")).rejects.toThrow("cannot be read (ENOENT)");
});
