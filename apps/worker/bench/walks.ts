import { startRedis } from "@hermod/testing/redis";
import { measureHermod } from "./hermod.ts";
import { type Figures, type Measured, measureInRounds } from "./rounds.ts";
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
  const measured = {
    ...besides(url, messages),
    "Hermod, bulk": () => measureHermod(url, { messages, way: "bulk" }),
    "Hermod, bulk, encrypted": () => measureHermod(url, { messages, way: "bulk", encrypted: true }),
    "Hermod, send()": () => measureHermod(url, { messages, way: "single" }),
  };
  await measureInRounds(measured, rounds, RATIOS);
}

/** Lanes, and how many messages a producer hands over in a call; urgent ones go alone in any case. */
const CHUNKS = [
  ["urgent", 1],
  ["normal", 1],
  ["normal", 10],
  ["normal", 100],
  ["bulk", 1],
  ["bulk", 10],
  ["bulk", 100],
] as const;

/** Measures whole walks by lane and size of the orders, as above. */
export async function measureChunks(url: string, messages: number, rounds: number): Promise<void> {
  const titleOf = (lane: string, chunk: number) => `${lane}, ${chunk} in a call`;
  const measured = CHUNKS.map(
    ([lane, chunk]) =>
      [titleOf(lane, chunk), () => measureHermod(url, { messages, way: "bulk", lane, chunk })] as const,
  );
  const ratios = CHUNKS.map(([lane, chunk]) => {
    const title = titleOf(lane, chunk);
    return [`${title} ÷ naive worker`, title, "naive worker", "perSecond"] as const;
  });
  await measureInRounds({ ...besides(url, messages), ...Object.fromEntries(measured) }, rounds, ratios);
}

/** What walks are held against. */
function besides(url: string, messages: number): Measured {
  const own = ["--messages", String(messages)];
  const asking = [...own, "--url", url];
  return {
    "bare undici": () => runScript("../../../packages/providers/bench/bare-client.ts", asking),
    "BullMQ no-op": () => withRedis((redis) => runScript("./bullmq-noop.ts", [...own, ...redis])),
    "naive worker": () => withRedis((redis) => runScript("./naive-client.ts", [...asking, ...redis])),
  };
}

async function withRedis(work: (args: readonly string[]) => Promise<Figures>): Promise<Figures> {
  await using redis = await startRedis();
  return await work(["--redis", redis.url]);
}
