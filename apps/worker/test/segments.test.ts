import { openClient } from "@hermod/client";
import { waitUntil } from "@hermod/testing/wait";
import { expect, test } from "vitest";
import { startBench, textOf } from "../bench/bench-account.ts";
import { sendsAt, startProvider } from "../bench/scripts.ts";

const PER_SECOND = 25;

/** Segments of GSM 7-bit, and one message that is more than a second's worth. */
const SEGMENTS = [...Array.from({ length: 28 }, (_, index) => [1, 3, 1, 2][index % 4] ?? 1), 26];

const textWith = (segments: number, index: number): string =>
  `no. ${index}.`.padEnd(segments === 1 ? 160 : segments * 153, "a");

test("where segments are counted, workers never exceed the limit of them in any sliding second, and the longest text goes", {
  timeout: 60_000,
}, async () => {
  await using provider = await startProvider();
  const account = { sendPerSecond: PER_SECOND, rateUnit: "segment", connections: 10 };
  await using installation = await startBench(provider.url, account);
  await using hermod = await openClient({ redisUrl: installation.redis.url });
  const texts = SEGMENTS.map(textWith);
  const results = await hermod.sendMany(
    texts.map((text, index) => textOf(index, { content: { text }, to: "+79161234567" })),
  );
  expect(results.filter((result) => "error" in result)).toEqual([]);
  for (let count = 0; count < 2; count += 1) await installation.start("worker");
  const sent = async () =>
    (await sendsAt(provider)).map(([at, body]) => {
      const message = Number(/no\. (\d+)\./.exec(body)?.[1]);
      return { at, message, segments: SEGMENTS[message] ?? 0 };
    });
  await waitUntil("all", async () => (await sent()).length >= texts.length, {
    timeoutMs: 30_000,
    everyMs: 200,
  });
  const all = await sent();
  expect(new Set(all.map(({ message }) => message)).size).toBe(texts.length);
  const within = (from: number, to: number) =>
    all.reduce((sum, { at, segments }) => (at >= from && at <= to ? sum + segments : sum), 0);
  const alone = all.find(({ segments }) => segments > PER_SECOND)?.at ?? 0;
  expect(within(alone - 1000, alone + 1000)).toBe(26);
  const others = all.filter(({ at }) => at !== alone);
  expect(Math.max(...others.map(({ at }) => within(at, at + 1000)))).toBeLessThanOrEqual(PER_SECOND);
});
