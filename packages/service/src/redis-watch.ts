import { Gauge, Histogram } from "prom-client";
import type { Metrics } from "./metrics.ts";
import { regularly } from "./regularly.ts";

/** Knows whether Redis answers and takes writes, by asking it all the time. */
export interface RedisWatch extends Disposable {
  /** For how long it has not answered, or refused; 0 while it answers. A single slow answer is no silence. */
  silentMs(): number;
  /** For how long it has answered without a silence; 0 while it is silent. */
  answeringMs(): number;
}

export interface WatchedRedis {
  /** Asks for something that Redis does at once while it can be worked with: a small write. */
  readonly ask: () => Promise<unknown>;
  /** What was found to be risky about it, in words of ours. */
  readonly warnings: readonly { readonly code: string }[];
}

/** Between two questions. */
const ASK_MS = 1000;

/** An answer that takes longer means that Redis is not there for whoever waits for it. */
const SLOW_MS = 2000;

/**
 * Asks Redis once a second and measures how long it takes. The status of a connection does not tell: a frozen
 * server keeps it open. A server that refuses writes is of no more use than one that is away.
 */
export function watchRedis(metrics: Metrics, { ask, warnings }: WatchedRedis): RedisWatch {
  let answeredAt = performance.now();
  let answersSince = answeredAt;
  const silentMs = (): number => {
    const sinceMs = performance.now() - answeredAt;
    return sinceMs > ASK_MS + SLOW_MS ? sinceMs : 0;
  };
  const roundTrip = figures(metrics, silentMs, warnings);
  const asking = regularly(ASK_MS, async () => {
    const askedAt = performance.now();
    const answers = await ask().then(
      () => true,
      () => false,
    );
    if (!answers) return;
    const wasSilent = silentMs() > 0;
    answeredAt = performance.now();
    if (wasSilent) answersSince = answeredAt;
    roundTrip.observe((answeredAt - askedAt) / 1000);
  });
  return {
    silentMs,
    answeringMs: () => (silentMs() > 0 ? 0 : performance.now() - answersSince),
    [Symbol.dispose]: () => asking[Symbol.dispose](),
  };
}

function figures(
  { registry }: Metrics,
  silentMs: () => number,
  warnings: WatchedRedis["warnings"],
): Histogram {
  const registers = [registry];
  new Gauge({
    name: "hermod_redis_up",
    help: "1 while Redis answers this process and takes writes.",
    registers,
    collect() {
      this.set(silentMs() === 0 ? 1 : 0);
    },
  });
  const warning = new Gauge({
    name: "hermod_redis_warning",
    help: "1 for each thing about Redis that puts messages at risk, as found when this process started.",
    labelNames: ["code"],
    registers,
  });
  for (const { code } of warnings) warning.set({ code }, 1);
  return new Histogram({
    name: "hermod_redis_round_trip_seconds",
    help: "From a small write until the answer of Redis, as this process sees it.",
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  });
}
