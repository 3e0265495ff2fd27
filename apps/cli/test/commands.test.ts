import { expect, test } from "vitest";
import { runCli } from "./run-cli.ts";

test("an unknown command shows the usage and ends with 2", async () => {
  await using cli = await runCli(["serve"]);
  expect(await cli.ended).toBe(2);
  expect(cli.said()).toMatch(/^there is no command serve\n\nUsage: /);
});

test("Redis away is one sentence and exit code 1", async () => {
  await using cli = await runCli(["get", "x"], { REDIS_URL: "redis://127.0.0.1:1" });
  expect(await cli.ended).toBe(1);
  expect(cli.said().trim().split("\n")).toEqual([
    "Redis at 127.0.0.1:1 cannot be reached (ECONNREFUSED); check REDIS_URL and that the server runs.",
  ]);
});
