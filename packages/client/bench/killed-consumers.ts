import { parseArgs } from "node:util";
import { connectRedis } from "@hermod/broker/connect";
import { openBroker } from "@hermod/broker/open-broker";
import { startRedis } from "@hermod/testing/redis";
import { killConsumers } from "../test/killed-consumers.ts";

/** Kills consumers of finals at random, and ends with 1 when a final was missed or seen too often. */
const { values } = parseArgs({
  options: {
    messages: { type: "string", default: "10000" },
    kills: { type: "string", default: "20" },
  },
});
const [messages, kills] = [Number(values.messages), Number(values.kills)];
await using server = await startRedis();
await using link = await connectRedis(server.url, "process");
const namespace = "hermod";
const retention = () => ({ recordMs: 60_000, textMs: 0 });
await using broker = await openBroker(link, { namespace, partitions: 4, retention });
const { store } = broker;
const began = performance.now();
const seen = await killConsumers({ url: server.url, namespace, store, messages, kills, chance: Math.random });
const twice = [...seen.values()].reduce((sum, count) => sum + count - 1, 0);
const seconds = ((performance.now() - began) / 1000).toFixed(1);
console.log(
  `${messages} finals, ${kills} consumers killed, ${seconds} s: ${seen.size} seen, ${twice} seen again`,
);
process.exitCode = seen.size === messages && twice <= kills ? 0 : 1;
