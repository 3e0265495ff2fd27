import { Counter, Gauge } from "prom-client";
import type { Metrics } from "./metrics.ts";

/** Counts what providers push. */
export interface PushMetrics {
  /** What became of a pushed statement, in a word of ours. */
  taken(account: string, result: string): void;
  /** Parked pushes were given up: nobody was named so in time, or newer ones needed their place. */
  lost(account: string, why: "expired" | "displaced", count: number): void;
  parked(counts: ReadonlyMap<string, number>): void;
}

const RESULTS = [
  "applied",
  "asks",
  "parked",
  "nothing",
  "unnamed",
  "unreadable",
  "failed",
  "refused",
] as const;

export function pushMetrics({ registry, accounts, labelsOf }: Metrics): PushMetrics {
  const registers = [registry];
  const ACCOUNT = ["account", "provider"] as const;
  const taken = new Counter({
    name: "hermod_pushes_total",
    help: "Statements that providers pushed, by what became of them; one that was parked counts again when its message is known.",
    labelNames: [...ACCOUNT, "result"],
    registers,
  });
  const lost = new Counter({
    name: "hermod_parked_pushes_lost_total",
    help: "Parked pushes that were given up; their messages are asked about all the same.",
    labelNames: [...ACCOUNT, "why"],
    registers,
  });
  const parked = new Gauge({
    name: "hermod_parked_pushes",
    help: "Messages that something was pushed about and that are not known yet.",
    labelNames: ACCOUNT,
    registers,
  });
  for (const account of accounts) {
    for (const result of RESULTS) taken.inc({ ...labelsOf(account), result }, 0);
    for (const why of ["expired", "displaced"]) lost.inc({ ...labelsOf(account), why }, 0);
  }
  return {
    taken: (account, result) => taken.inc({ ...labelsOf(account), result }),
    lost: (account, why, count) => lost.inc({ ...labelsOf(account), why }, count),
    parked(counts) {
      for (const [account, count] of counts) parked.set(labelsOf(account), count);
    },
  };
}
