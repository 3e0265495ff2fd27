import { connectRedis } from "@hermod/broker/connect";
import { openBroker } from "@hermod/broker/open-broker";
import { isFinal, type State } from "@hermod/core/state";
import { delivered, neverReported, type Plan } from "@hermod/simulator/etelecom/plan";
import { waitUntil } from "@hermod/testing/wait";
import { type EtelecomInstallation, message, startInstallation } from "../test/installation.ts";
import type { Figures } from "./main.ts";
import { bytesOfOpenWork } from "./redis-memory.ts";

/** The limits of the account are set far above what the machine can do. */
const UNLIMITED = { sendPerSecond: 10_000, statusPerSecond: 10_000, connections: 64, timeoutMs: 15_000 };
const SETTINGS = {
  check: { minMs: 1000, maxMs: 5000, horizonMs: 600_000 },
  lease: { leaseMs: 30_000, lockMs: 60_000, stalledMs: 15_000 },
};
const WAIT = { timeoutMs: 300_000, everyMs: 20 };

/** Takes messages in bulk, then lets one worker and the poller walk them to their final states. */
export async function measureHermod(count: number): Promise<Figures> {
  const { bytesFollowed } = await follow(count);
  await using installation = await start(delivered(0));
  const empty = await bytesOfOpenWork(installation.redis.url);
  const began = performance.now();
  const ids = await enqueue(installation, count);
  const enqueuedMs = performance.now() - began;
  const bytesWaiting = ((await bytesOfOpenWork(installation.redis.url)) - empty) / count;
  await installation.start("worker");
  const worked = performance.now();
  await untilAll(installation, ids, isFinal);
  const walkedMs = enqueuedMs + performance.now() - worked;
  return {
    enqueuedPerSecond: (count / enqueuedMs) * 1000,
    walkedPerSecond: (count / walkedMs) * 1000,
    bytesWaiting,
    bytesFollowed,
  };
}

/** The memory of messages that the provider took and does not report on. */
async function follow(count: number): Promise<{ bytesFollowed: number }> {
  await using installation = await start(neverReported());
  const empty = await bytesOfOpenWork(installation.redis.url);
  const ids = await enqueue(installation, count);
  await installation.start("worker");
  await untilAll(installation, ids, (state) => state === "submitted");
  return { bytesFollowed: ((await bytesOfOpenWork(installation.redis.url)) - empty) / count };
}

async function start(plan: Plan): Promise<EtelecomInstallation> {
  const options = { simulator: { plan: () => plan }, account: UNLIMITED, settings: SETTINGS, workers: 0 };
  const installation = await startInstallation({ ...options, logLevel: "info" });
  // The account is announced by the poller, which runs already.
  await waitUntil("the account to be known", async () => {
    const { id } = await installation.hermod.send(message("first", { sendAt: Date.now() + 86_400_000 }));
    return (await installation.hermod.cancel(id)) === "canceled";
  });
  return installation;
}

async function enqueue({ hermod }: EtelecomInstallation, count: number): Promise<string[]> {
  const messages = Array.from({ length: count }, (_, index) =>
    message(`${100_000 + index}`, { priority: "bulk" }),
  );
  const results = await hermod.sendMany(messages);
  return results.map((result) => {
    if ("error" in result) throw result.error;
    return result.id;
  });
}

async function untilAll(
  { redis }: EtelecomInstallation,
  ids: readonly string[],
  wanted: (state: State) => boolean,
): Promise<void> {
  await using link = await connectRedis(redis.url, "process");
  await using broker = await openBroker(link, { retention: () => ({ recordMs: 600_000, textMs: 0 }) });
  let open = ids;
  await waitUntil(
    "all messages",
    async () => {
      // Only the first open ones are looked at: looking must not cost what is measured.
      const loaded = await broker.store.load(open.slice(0, 200));
      const still = loaded.flatMap((found) =>
        found.kind === "record" && !wanted(found.record.state) ? [found.record.id] : [],
      );
      open = [...still, ...open.slice(200)];
      return open.length === 0;
    },
    WAIT,
  );
}
