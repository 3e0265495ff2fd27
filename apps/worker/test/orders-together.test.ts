import { connectRedis } from "@hermod/broker/connect";
import { openClient } from "@hermod/client";
import { waitUntil } from "@hermod/testing/wait";
import { expect, test } from "vitest";
import { startBench, textOf } from "../bench/bench-account.ts";
import { sendsAt, startProvider } from "../bench/scripts.ts";

const ALL = 200;

test("a worker loads the messages of several orders in one round trip where each order has one message", {
  timeout: 60_000,
}, async () => {
  await using provider = await startProvider();
  await using installation = await startBench(provider.url, { sendPerSecond: 500, connections: 50 });
  await using hermod = await openClient({ redisUrl: installation.redis.url });
  await hermod.sendMany(Array.from({ length: ALL }, (_, index) => textOf(index, { priority: "urgent" })));
  await using sizes = await sizesOfLoads(installation.redis.url);
  await installation.start("worker");
  const sent = async (): Promise<boolean> => (await sendsAt(provider)).length >= ALL;
  await waitUntil("all to be sent", sent, { timeoutMs: 25_000, everyMs: 200 });
  expect(sizes.loads.reduce((sum, size) => sum + size, 0)).toBeGreaterThanOrEqual(ALL);
  // Alone each order would take one; how many come together depends on how busy the machine is.
  expect(sizes.loads.length).toBeLessThan(ALL * 0.7);
});

/** Of how many records each call that loads some asks, as Redis sees them come in. */
async function sizesOfLoads(url: string) {
  const link = await connectRedis(url, "process");
  const monitor = await link.redis.monitor();
  const loads: number[] = [];
  monitor.on("monitor", (_time: string, [command = "", , count = "", ...rest]: string[]) => {
    const isLoad =
      command.toLowerCase() === "evalsha" && rest.length === Number(count) && rest[0]?.includes(":m:");
    if (isLoad) loads.push(rest.length);
  });
  return {
    loads,
    async [Symbol.asyncDispose]() {
      monitor.disconnect();
      await link[Symbol.asyncDispose]();
    },
  };
}
