import { openClient } from "@hermod/client";
import { waitUntil } from "@hermod/testing/wait";
import { expect, test } from "vitest";
import { startBench, textOf } from "../bench/bench-account.ts";
import { sendsAt, startProvider } from "../bench/scripts.ts";

/** Slow enough for one order alone to use all slots, however busy the machine. */
const PER_SECOND = 9;
/** Handed over at once, as many as that again, and the others one by one. */
const MANY = 14;
const ALL = 32;

/** What comes too late for its slot, on a machine that has other things to do, takes a later one. */
const FEWEST_IN_ORDER = ALL * 0.82;

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
  await hermod.sendMany(messages.slice(MANY, 2 * MANY));
  for (const message of messages.slice(2 * MANY)) await hermod.send(message);
  await installation.start("worker");
  const sent = async () =>
    (await sendsAt(provider)).map(([, body]) => Number(/no\. (\d+)\./.exec(body)?.[1]));
  await waitUntil("all", async () => (await sent()).length >= ALL, { timeoutMs: 25_000, everyMs: 200 });
  const order = await sent();
  expect(new Set(order).size).toBe(ALL);
  expect(longestInOrder(order)).toBeGreaterThan(FEWEST_IN_ORDER);
});

/** Of how many at most each comes after all the others before it. */
function longestInOrder(numbers: readonly number[]): number {
  // The smallest number with which so many in order can end.
  const ends: number[] = [];
  for (const number of numbers) {
    const place = ends.findIndex((end) => end >= number);
    ends[place === -1 ? ends.length : place] = number;
  }
  return ends.length;
}
