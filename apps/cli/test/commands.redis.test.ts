import { isolatedRedis } from "@hermod/testing/isolated-redis";
import { expect, test } from "vitest";
import { runCli } from "./run-cli.ts";

const SEND = ["send", "--account", "nobody-announced", "--to", "+84836106872", "--text", "x"];

test("a message that cannot be taken names every bad field and ends with 1", async () => {
  await using cli = await runCli(SEND, { REDIS_URL: isolatedRedis().url });
  expect(await cli.ended).toBe(1);
  expect(cli.said()).toBe("account: no worker has announced an account nobody-announced\n");
});

test.each(["get", "explain", "cancel"])("%s of an unknown message ends with 1", async (name) => {
  await using cli = await runCli([name, "0".repeat(26)], { REDIS_URL: isolatedRedis().url });
  expect(await cli.ended).toBe(1);
  expect(cli.said()).toMatch(/There is no (such )?message/);
});
