import { startRedis } from "@hermod/testing/redis";
import { measureHermod } from "./hermod.ts";
import { type Figures, measureInRounds } from "./rounds.ts";
import { runScript } from "./scripts.ts";

const RATIOS = [
  ["whole walk, bulk ÷ naive worker", "Hermod, bulk", "naive worker", "perSecond"],
  ["whole walk, bulk ÷ bare undici", "Hermod, bulk", "bare undici", "perSecond"],
  ["CPU of Node, bulk ÷ bare undici", "Hermod, bulk", "bare undici", "cpuUs"],
  ["CPU of Node, bulk ÷ naive worker", "Hermod, bulk", "naive worker", "cpuUs"],
  ["whole walk, send() ÷ BullMQ no-op", "Hermod, send()", "BullMQ no-op", "perSecond"],
] as const;

/** Measures whole walks, and beside them, in each round, what they are held against; prints medians and ratios. */
export async function measureWalks(url: string, messages: number, rounds: number): Promise<void> {
  const own = ["--messages", String(messages)];
  const asking = [...own, "--url", url];
  const measured = {
    "bare undici": () => runScript("../../../packages/providers/bench/bare-client.ts", asking),
    "BullMQ no-op": () => withRedis((redis) => runScript("./bullmq-noop.ts", [...own, ...redis])),
    "naive worker": () => withRedis((redis) => runScript("./naive-client.ts", [...asking, ...redis])),
    "Hermod, bulk": () => measureHermod(url, { messages, way: "bulk" }),
    "Hermod, bulk, encrypted": () => measureHermod(url, { messages, way: "bulk", encrypted: true }),
    "Hermod, send()": () => measureHermod(url, { messages, way: "single" }),
  };
  await measureInRounds(measured, rounds, RATIOS);
}

async function withRedis(work: (args: readonly string[]) => Promise<Figures>): Promise<Figures> {
  await using redis = await startRedis();
  return await work(["--redis", redis.url]);
}
