import { connect } from "node:net";
import { waitUntil } from "@hermod/testing/wait";
import { expect, test } from "vitest";
import { type Cli, isAlive, runCli } from "./run-cli.ts";

/** A slow machine that unpacks its Redis first. */
const LONG_MS = 120_000;

/** The ids of the workers and the poller, in the order of their start. */
function pidsOf(cli: Cli): number[] {
  return [...cli.said().matchAll(/ runs, pid (\d+)/g)].map(([, pid]) => Number(pid));
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  const opened = Promise.withResolvers<boolean>();
  socket.once("connect", () => opened.resolve(true)).once("error", () => opened.resolve(false));
  const isTaken = await opened.promise;
  socket.destroy();
  return isTaken;
}

/** Nothing of the demo may be left: no process, no open port, no file. */
async function expectNothingLeft(cli: Cli): Promise<void> {
  const ports = [...cli.said().matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
  expect(ports.length).toBeGreaterThan(1);
  expect(pidsOf(cli).filter(isAlive)).toEqual([]);
  // Redis is ended by the shell that holds it, which may take a moment longer than the demo itself.
  await waitUntil(
    "Redis and simulator to be gone",
    async () => !(await Promise.all(ports.map(isOpen))).includes(true),
  );
  await waitUntil("the temporary folders to be gone", async () => (await cli.leftovers()).length === 0);
}

test("the demo ends with a table and exit code 0, and leaves nothing behind", {
  timeout: LONG_MS,
}, async () => {
  await using cli = await runCli(["demo", "--messages", "60", "--seed", "7"]);
  expect(await cli.ended, cli.said()).toBe(0);
  const said = cli.said();
  expect(said).toMatch(/^state +Hermod says +provider's log/m);
  expect(said).toMatch(/^delivered +5\d +5\d$/m);
  expect(said).toMatch(/^accepted twice +0$/m);
  expect(said).toMatch(/^ +answered 429 +1$/m);
  expect(said).toMatch(/^send latency .* s .* s .* s/m);
  expect(said).toMatch(/^All 60 messages ended as the provider's log demands/m);
  expect(said).not.toContain("\u001b");
  expect(pidsOf(cli)).toHaveLength(3);
  await expectNothingLeft(cli);
});

test("Ctrl-C in the middle of the demo leaves nothing behind", { timeout: LONG_MS }, async () => {
  await using cli = await runCli(["demo", "--messages", "300"]);
  await waitUntil("messages on their way", () => / delivered \d/.test(cli.said()), { timeoutMs: LONG_MS });
  cli.process.kill("SIGINT");
  expect(await cli.ended, cli.said()).toBe(130);
  await expectNothingLeft(cli);
});

test("Ctrl-C while the processes start leaves nothing behind", { timeout: LONG_MS }, async () => {
  await using cli = await runCli(["demo"]);
  await waitUntil("the simulator", () => cli.said().includes("simulator of"), { timeoutMs: LONG_MS });
  cli.process.kill("SIGINT");
  expect(await cli.ended, cli.said()).toBe(130);
  await expectNothingLeft(cli);
});

test("a worker killed while the demo is kept up costs no message", { timeout: LONG_MS }, async () => {
  await using cli = await runCli(["demo", "--messages", "20", "--keep"]);
  await waitUntil("the load", () => cli.said().includes("until Ctrl-C"), { timeoutMs: LONG_MS });
  const [victim = 0] = [...cli.said().matchAll(/worker 1 +kill -9 (\d+)/g)].map(([, pid]) => Number(pid));
  process.kill(victim, "SIGKILL");
  await waitUntil("another worker 1", () => pidsOf(cli).length === 4, { timeoutMs: 20_000 });
  cli.process.kill("SIGINT");
  expect(await cli.ended, cli.said()).toBe(0);
  expect(cli.said()).toContain("worker 1 ended with code 137; it is started again in 1 s");
  expect(cli.said().match(/ended as the provider's log demands/g)).toHaveLength(2);
  await expectNothingLeft(cli);
});
