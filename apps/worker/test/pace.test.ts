import { monitorEventLoopDelay } from "node:perf_hooks";
import { mostWithin, timesOf } from "@hermod/simulator/ground-truth";
import { waitUntil } from "@hermod/testing/wait";
import { expect, test } from "vitest";
import { message, startInstallation } from "./installation.ts";

const PER_SECOND = 50;
const MESSAGES = 400;

test("several workers, one killed and one more started, never exceed the limit in any sliding second", {
  timeout: 40_000,
}, async () => {
  await using installation = await startInstallation({
    workers: 2,
    account: { sendPerSecond: PER_SECOND, connections: 10 },
    logLevel: "info",
  });
  const { hermod, simulator, start } = installation;
  const doomed = await start("worker");
  const stalls = monitorEventLoopDelay({ resolution: 1 });
  stalls.enable();
  const messages = Array.from({ length: MESSAGES }, (_, index) => message(`${1000 + index}`));
  for (let start = 0; start < MESSAGES; start += 25) await hermod.sendMany(messages.slice(start, start + 25));
  const sent = () => timesOf(simulator.log.requests, "send");
  await waitUntil("a third", () => sent().length > MESSAGES / 3, { timeoutMs: 20_000 });
  doomed.kill("SIGKILL");
  await start("worker");
  await waitUntil("most of them", () => sent().length > 0.8 * MESSAGES, { timeoutMs: 20_000 });
  const times = sent();
  // What arrived while this process stood still seems to have come at once: it cannot tell seconds apart more exactly than that.
  const stalledMs = stalls.max / 1e6;
  expect(mostWithin(times, 1000 - stalledMs)).toBeLessThanOrEqual(PER_SECOND);
});
