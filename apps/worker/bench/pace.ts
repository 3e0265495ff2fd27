import { setTimeout } from "node:timers/promises";
import { openClient } from "@hermod/client";
import { mostWithin } from "@hermod/simulator/ground-truth";
import { startBench, textOf } from "./bench-account.ts";
import { type ProviderProcess, sendsAt } from "./scripts.ts";

/** A process that is young compiles, and at a high limit does not reach it yet. */
const WARM_UP_MS = 5000;

interface Paced {
  readonly forMs: number;
  readonly perSecond: number;
  readonly workers: number;
}

/**
 * What the provider sees of workers at one limit. Where there are several, two of them are killed and two told to stop while it lasts,
 * and others started.
 */
export async function measurePace(provider: ProviderProcess, { forMs, perSecond, workers: count }: Paced) {
  await using installation = await startBench(provider.url, { sendPerSecond: perSecond });
  await using hermod = await openClient({ redisUrl: installation.redis.url });
  const messages = Math.ceil((perSecond * (WARM_UP_MS + forMs)) / 1000);
  await hermod.sendMany(Array.from({ length: messages }, (_, index) => textOf(index)));
  const workers = await Promise.all(Array.from({ length: count }, () => installation.start("worker")));
  await setTimeout(WARM_UP_MS);
  const began = Date.now();
  for (const signal of count > 1 ? (["SIGKILL", "SIGTERM", "SIGKILL", "SIGTERM"] as const) : []) {
    await setTimeout(forMs / 5);
    workers.shift()?.kill(signal);
    workers.push(await installation.start("worker"));
  }
  await setTimeout(Math.max(0, began + forMs - Date.now()));
  const until = began + forMs;
  const times = (await sendsAt(provider)).map(([at]) => at).filter((at) => at >= began && at <= until);
  const spanMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
  return { mostInASecond: mostWithin(times, 1000), perSecond: ((times.length - 1) * 1000) / spanMs };
}
