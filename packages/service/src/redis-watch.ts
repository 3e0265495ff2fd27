import { setTimeout } from "node:timers/promises";
import { Gauge, Histogram } from "prom-client";
import type { Metrics } from "./metrics.ts";

/** Knows whether Redis answers, by asking it all the time. */
export interface RedisWatch extends AsyncDisposable {
  /** For how long it has been silent; 0 while it answers. A single slow answer is no silence. */
  silentMs(): number;
}

export interface WatchedRedis {
  /** Asks something that Redis answers at once. */
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
 * server keeps it open.
 */
export function watchRedis(metrics: Metrics, { ask, warnings }: WatchedRedis): RedisWatch {
  let answeredAt = performance.now();
  const silentMs = (): number => {
    const sinceMs = performance.now() - answeredAt;
    return sinceMs > ASK_MS + SLOW_MS ? sinceMs : 0;
  };
  const roundTrip = gauges(metrics, silentMs, warnings);
  const closed = new AbortController();
  let giveUp = (): void => {};
  const watch = async (): Promise<void> => {
    while (!closed.signal.aborted) {
      const askedAt = performance.now();
      const { promise: answered, resolve } = Promise.withResolvers<boolean>();
      // While Redis is away no answer may ever come.
      giveUp = () => resolve(false);
      ask().then(
        () => resolve(true),
        () => resolve(false),
      );
      if (await answered) {
        answeredAt = performance.now();
        roundTrip.observe((answeredAt - askedAt) / 1000);
      }
      await setTimeout(ASK_MS, undefined, { signal: closed.signal }).catch(() => {});
    }
  };
  const watching = watch();
  return {
    silentMs,
    async [Symbol.asyncDispose]() {
      closed.abort();
      giveUp();
      await watching;
    },
  };
}

function gauges(
  { registry }: Metrics,
  silentMs: () => number,
  warnings: WatchedRedis["warnings"],
): Histogram {
  const registers = [registry];
  new Gauge({
    name: "hermod_redis_up",
    help: "1 while Redis answers this process.",
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
    help: "From a question to Redis until its answer, as this process sees it.",
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  });
}
