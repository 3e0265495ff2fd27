import { Counter, Gauge, Histogram } from "prom-client";
import type { Metrics } from "./metrics.ts";

/** What keeps an account's work waiting: its pace and its rests. */
export interface LimitMetrics {
  /** A slot was asked for: how far away the next free one was, and whether it was taken. */
  waited(account: string, lane: "send" | "status", forMs: number, verdict: "reserved" | "busy"): void;
  /** So many a second it is now: less than configured, after refusals. */
  paced(account: string, lane: "send" | "status", perSecond: number): void;
  /** The provider asked to be left alone. */
  rested(account: string, lane: "send" | "status", forMs: number): void;
}

export function limitMetrics({ registry, labelsOf }: Metrics): LimitMetrics {
  const registers = [registry];
  const ACCOUNT = ["account", "provider"] as const;
  const wait = new Histogram({
    name: "hermod_limiter_wait_seconds",
    help: "How far away an account's next free slot was; busy: too far, so that the work comes back later.",
    labelNames: [...ACCOUNT, "lane", "verdict"],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 60, 300, 3600],
    registers,
  });
  const pace = new Gauge({
    name: "hermod_pace_per_second",
    help: "Slots a second that an account is given, or segments where these are counted: a little below its limit, and less after repeated refusals.",
    labelNames: [...ACCOUNT, "lane"],
    registers,
  });
  const rests = new Counter({
    name: "hermod_rests_total",
    help: "How often a provider asked to be left alone for a while.",
    labelNames: [...ACCOUNT, "lane"],
    registers,
  });
  const restSeconds = new Counter({
    name: "hermod_rest_seconds_total",
    help: "How long a provider asked to be left alone, all rests together.",
    labelNames: [...ACCOUNT, "lane"],
    registers,
  });
  return {
    waited: (account, lane, forMs, verdict) =>
      wait.observe({ ...labelsOf(account), lane, verdict }, forMs / 1000),
    paced: (account, lane, perSecond) => pace.set({ ...labelsOf(account), lane }, perSecond),
    rested(account, lane, forMs) {
      rests.inc({ ...labelsOf(account), lane });
      restSeconds.inc({ ...labelsOf(account), lane }, forMs / 1000);
    },
  };
}
