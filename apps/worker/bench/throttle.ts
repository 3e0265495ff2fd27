import { setTimeout } from "node:timers/promises";
import { openClient } from "@hermod/client";
import { mostWithin } from "@hermod/simulator/ground-truth";
import { startBench, textOf } from "./bench-account.ts";
import { limitTo, type ProviderProcess, sendsAt } from "./scripts.ts";

const PER_SECOND = 50;
const REAL_PER_SECOND = 25;
const WORKERS = 4;
const FULL_MS = 5000;
const FOUND_MS = 60_000;

/** A provider that takes half of what is configured from some time on: what is refused and used from a minute later on. */
export async function measureThrottle(provider: ProviderProcess, forMs: number) {
  await using installation = await startBench(provider.url, { sendPerSecond: PER_SECOND, connections: 10 });
  await using hermod = await openClient({ redisUrl: installation.redis.url });
  const backlog = (PER_SECOND * (FULL_MS + FOUND_MS + forMs)) / 1000;
  await hermod.sendMany(Array.from({ length: backlog }, (_, index) => textOf(index)));
  for (let count = WORKERS; count > 0; count -= 1) await installation.start("worker");
  await setTimeout(FULL_MS);
  await limitTo(provider, REAL_PER_SECOND);
  const droppedAt = Date.now();
  await setTimeout(FOUND_MS + forMs);
  const sends = (await sendsAt(provider)).filter(([at]) => at >= droppedAt);
  const ofSpan = (from: number, until: number) => {
    const some = sends.filter(([at]) => at >= droppedAt + from && at < droppedAt + until);
    const taken = some.filter(([, , status]) => status === 200).map(([at]) => at);
    return {
      refused: 1 - taken.length / some.length,
      used: (taken.length * 1000) / (until - from) / REAL_PER_SECOND,
      mostInASecond: mostWithin(taken, 1000),
    };
  };
  return { "first minute": ofSpan(0, FOUND_MS), later: ofSpan(FOUND_MS, FOUND_MS + forMs) };
}
