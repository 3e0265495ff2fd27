import { openClient } from "@hermod/client";
import { waitUntil } from "@hermod/testing/wait";
import { expect, test } from "vitest";
import { startBench, textOf } from "../bench/bench-account.ts";
import { sendsAt, startProvider } from "../bench/scripts.ts";

const PER_SECOND = 50;
const MANY = 120;
const ALL = 140;

/** Half a second's worth: what comes too late for its slot takes a later one. */
const MOST_ASTRAY = 25;

test("one worker at its limit lets the messages of a lane go in the order in which they were handed over", {
  timeout: 60_000,
}, async () => {
  await using provider = await startProvider();
  await using installation = await startBench(provider.url, { sendPerSecond: PER_SECOND, connections: 10 });
  await using hermod = await openClient({ redisUrl: installation.redis.url });
  const messages = Array.from({ length: ALL }, (_, index) =>
    textOf(index, { content: { text: `no. ${index}.` } }),
  );
  await hermod.sendMany(messages.slice(0, MANY));
  for (const message of messages.slice(MANY)) await hermod.send(message);
  await installation.start("worker");
  const sent = async () =>
    (await sendsAt(provider)).map(([, body]) => Number(/no\. (\d+)\./.exec(body)?.[1]));
  await waitUntil("all", async () => (await sent()).length >= ALL, { timeoutMs: 25_000, everyMs: 200 });
  const order = await sent();
  const astray = order.map((message, place) => Math.abs(message - place));
  expect(new Set(order).size).toBe(ALL);
  expect(Math.max(...astray)).toBeLessThanOrEqual(MOST_ASTRAY);
});
