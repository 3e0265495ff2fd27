import { openClient } from "@hermod/client";
import { freePort } from "@hermod/testing/free-port";
import { waitUntil } from "@hermod/testing/wait";
import { expect, test } from "vitest";
import { startBench, textOf } from "../bench/bench-account.ts";
import { limitTo, sendsAt, startProvider } from "../bench/scripts.ts";
import { scrape } from "./scrape.ts";

const PER_SECOND = 50;

test("429 that a provider repeats reduce the pace of every worker, and nothing that it refused is lost", {
  timeout: 60_000,
}, async () => {
  await using provider = await startProvider();
  await limitTo(provider, 10);
  await using installation = await startBench(provider.url, { sendPerSecond: PER_SECOND, connections: 10 });
  await using hermod = await openClient({ redisUrl: installation.redis.url });
  const ports = [await freePort(), await freePort()];
  await Promise.all(ports.map((port) => installation.start("worker", { PORT: `${port}` })));
  // Orders enough for both, so that each is refused, or hears of it, however slowly it starts.
  const texts = Array.from({ length: 120 }, (_, index) => `no. ${index}.`);
  for (let start = 0; start < texts.length; start += 20) {
    const some = texts.slice(start, start + 20);
    await hermod.sendMany(some.map((text, index) => textOf(start + index, { content: { text } })));
  }
  const paceOf = async (port: number): Promise<number> =>
    (await scrape(port)).sum("hermod_pace_per_second", { lane: "send" }) ?? PER_SECOND;
  const areReduced = async () =>
    (await Promise.all(ports.map(paceOf))).every((pace) => pace < PER_SECOND * 0.6);
  await waitUntil("both to be slower", areReduced, { timeoutMs: 30_000, everyMs: 50 });
  await limitTo(provider, 1000);
  const taken = async () =>
    (await sendsAt(provider)).flatMap(([, body, status]) =>
      status === 200 ? [/no\. \d+\./.exec(body)?.[0]] : [],
    );
  await waitUntil("all", async () => (await taken()).length >= texts.length, { timeoutMs: 30_000 });
  expect((await taken()).sort()).toEqual([...texts].sort());
});
