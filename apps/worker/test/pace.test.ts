import { openClient } from "@hermod/client";
import { mostWithin } from "@hermod/simulator/ground-truth";
import { waitUntil } from "@hermod/testing/wait";
import { expect, test } from "vitest";
import { startBench, textOf } from "../bench/bench-account.ts";
import { pausesOf, sendsAt, startProvider } from "../bench/scripts.ts";

const PER_SECOND = 50;
const MESSAGES = 400;

/** After it stood still, the provider has read what came meanwhile within this time. */
const READ_MS = 20;

test("several workers, one killed and one more started, never exceed the limit in any sliding second", {
  timeout: 60_000,
}, async () => {
  // In a process of its own: one that does other things too sees what came meanwhile as one moment.
  await using provider = await startProvider();
  await pausesOf(provider);
  await using installation = await startBench(provider.url, { sendPerSecond: PER_SECOND, connections: 10 });
  await using hermod = await openClient({ redisUrl: installation.redis.url });
  const [doomed] = await Promise.all(Array.from({ length: 3 }, () => installation.start("worker")));
  const messages = Array.from({ length: MESSAGES }, (_, index) => textOf(index));
  for (let start = 0; start < MESSAGES; start += 25) await hermod.sendMany(messages.slice(start, start + 25));
  const sent = async () => (await sendsAt(provider)).map(([at]) => at);
  const untilSent = (what: string, count: number) =>
    waitUntil(what, async () => (await sent()).length > count, { timeoutMs: 25_000, everyMs: 200 });
  await untilSent("a third", MESSAGES / 3);
  doomed?.kill("SIGKILL");
  await installation.start("worker");
  await untilSent("most of them", 0.8 * MESSAGES);
  const times = await sent();
  const pauses = await pausesOf(provider);
  // No sender can help that on a busy machine it stands still all the same: what came meanwhile, and is read then, says nothing.
  const isTold = (at: number) => pauses.every((until) => Math.abs(at - until) > READ_MS);
  const told = times.filter(isTold);
  expect(told.length).toBeGreaterThan(times.length / 2);
  expect(mostWithin(told, 1000)).toBeLessThanOrEqual(PER_SECOND);
});
