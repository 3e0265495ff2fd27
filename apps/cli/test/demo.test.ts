import { connect } from "node:net";
import { waitUntil } from "@hermod/testing/wait";
import { expect, test } from "vitest";
import { type Cli, isAlive, runCli } from "./run-cli.ts";

/** A slow machine that unpacks its Redis first. */
const LONG_MS = 120_000;

/** The ids of the workers, the poller and the ingress, in the order of their start. */
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
    "Redis and simulators to be gone",
    async () => !(await Promise.all(ports.map(isOpen))).includes(true),
  );
  await waitUntil("the temporary folders to be gone", async () => (await cli.leftovers()).length === 0);
}

test.concurrent("the demo ends with a table for each account and exit code 0, and leaves nothing behind", {
  timeout: LONG_MS,
}, async () => {
  await using cli = await runCli(["demo", "--messages", "60", "--seed", "7"]);
  expect(await cli.ended, cli.said()).toBe(0);
  const said = cli.said();
  for (const provider of ["etelecom", "webcom", "ultroam", "bitel"])
    expect(said).toMatch(new RegExp(`^── ${provider}-demo, .* 15 messages, all as the log demands ──$`, "m"));
  expect(said).toMatch(/^── all accounts ─+ 60 messages, all as the log demands ──$/m);
  expect(said.match(/^unknown +[1-9]/gm)).toHaveLength(5);
  expect(said.match(/turned away +[1-9]/g)).toHaveLength(5);
  expect(said.match(/accepted twice +0$/gm)).toHaveLength(5);
  expect(said).toMatch(/^All 60 messages ended as the providers' logs demand/m);
  expect(said).not.toContain("\u001b");
  expect(pidsOf(cli)).toHaveLength(4);
  expect(said.match(/ {2}pushes +[1-9]/g)).toHaveLength(2);
  await expectNothingLeft(cli);
});

test.concurrent("Ctrl-C in the middle of the demo leaves nothing behind", { timeout: LONG_MS }, async () => {
  await using cli = await runCli(["demo", "--messages", "300"]);
  await waitUntil("messages on their way", () => /, delivered \d/.test(cli.said()), { timeoutMs: LONG_MS });
  cli.process.kill("SIGINT");
  expect(await cli.ended, cli.said()).toBe(130);
  await expectNothingLeft(cli);
});

test.concurrent("Ctrl-C while the processes start leaves nothing behind", { timeout: LONG_MS }, async () => {
  await using cli = await runCli(["demo"]);
  await waitUntil("the simulators", () => cli.said().includes("simulated at"), { timeoutMs: LONG_MS });
  cli.process.kill("SIGINT");
  expect(await cli.ended, cli.said()).toBe(130);
  await expectNothingLeft(cli);
});

test.concurrent("a worker killed while the demo of one provider is kept up costs no message, as the data tells", {
  timeout: LONG_MS,
}, async () => {
  await using cli = await runCli(["demo", "--messages", "1", "--provider", "webcom", "--keep", "--json"]);
  await waitUntil("the load", () => cli.said().includes("until Ctrl-C"), { timeoutMs: LONG_MS });
  const [victim = 0] = [...cli.said().matchAll(/worker 1 +kill -9 (\d+)/g)].map(([, pid]) => Number(pid));
  process.kill(victim, "SIGKILL");
  await waitUntil("another worker 1", () => pidsOf(cli).length === 4, { timeoutMs: 20_000 });
  cli.process.kill("SIGINT");
  expect(await cli.ended, cli.said()).toBe(0);
  expect(cli.said()).toContain("worker 1 ended with code 137; it is started again in 1 s");
  const [mix, load] = cli
    .printed()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const agreed = { agrees: true, differing: [], total: { differing: 0, acceptedTwice: 0 } };
  expect(mix).toMatchObject({ ...agreed, accounts: [{ account: "webcom-demo", messages: 1 }] });
  expect(load).toMatchObject(agreed);
  expect(load.total.messages).toBeGreaterThan(1);
  await expectNothingLeft(cli);
});
