import { setTimeout } from "node:timers/promises";
import { openClient } from "@hermod/client";
import { mostWithin } from "@hermod/simulator/ground-truth";
import { startBench, textOf } from "./bench-account.ts";
import { type ProviderProcess, sendsAt } from "./scripts.ts";

const PER_SECOND = 50;
const WORKERS = 8;

/** What the provider sees of eight workers at one limit, two of which are killed and two told to stop while it lasts. */
export async function measurePace(provider: ProviderProcess, forMs: number) {
  await using installation = await startBench(provider.url, { sendPerSecond: PER_SECOND, connections: 10 });
  await using hermod = await openClient({ redisUrl: installation.redis.url });
  await hermod.sendMany(Array.from({ length: (PER_SECOND * forMs) / 500 }, (_, index) => textOf(index)));
  const workers = await Promise.all(Array.from({ length: WORKERS }, () => installation.start("worker")));
  await setTimeout(1000);
  const began = Date.now();
  for (const signal of ["SIGKILL", "SIGTERM", "SIGKILL", "SIGTERM"] as const) {
    await setTimeout(forMs / 5);
    workers.shift()?.kill(signal);
    workers.push(await installation.start("worker"));
  }
  await setTimeout(Math.max(0, began + forMs - Date.now()));
  const times = (await sendsAt(provider)).map(([at]) => at).filter((at) => at >= began);
  const spanMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
  return { mostInASecond: mostWithin(times, 1000), perSecond: ((times.length - 1) * 1000) / spanMs };
}
