import { expect, test } from "vitest";
import { runCli } from "./run-cli.ts";

/** Starting a process takes its time on a busy machine. */
const LONG_MS = 30_000;

test("an unknown command says where help is and ends with 2", { timeout: LONG_MS }, async () => {
  await using cli = await runCli(["serve"]);
  expect(await cli.ended).toBe(2);
  expect(cli.said()).toMatch(/^unknown command 'serve'\n\nhermod --help /);
});

test("help is no failure", { timeout: LONG_MS }, async () => {
  await using cli = await runCli(["--help"]);
  expect(await cli.ended).toBe(0);
  expect(cli.said()).toMatch(/^Usage: hermod /);
});

test("Redis away is one sentence and exit code 1", { timeout: LONG_MS }, async () => {
  await using cli = await runCli(["get", "x"], { REDIS_URL: "redis://127.0.0.1:1" });
  expect(await cli.ended).toBe(1);
  expect(cli.said().trim().split("\n")).toEqual([
    "Redis at 127.0.0.1:1 cannot be reached (ECONNREFUSED); check REDIS_URL and that the server runs.",
  ]);
});

test("a shell is told what may come next", { timeout: LONG_MS }, async () => {
  await using cli = await runCli(["complete", "--", "pause", "--"]);
  expect(await cli.ended).toBe(0);
  expect(cli.printed().split("\n")).toEqual(expect.arrayContaining([expect.stringMatching(/^--queue\t/)]));
});

test("completion prints what a shell evaluates", { timeout: LONG_MS }, async () => {
  await using cli = await runCli(["completion", "bash"]);
  expect(await cli.ended).toBe(0);
  expect(cli.printed()).toMatch(/^# bash completion for hermod$/m);
});
