import { CALLBACK_FAILURES, type CallbackOutcome } from "@hermod/core/callback";
import { Counter, Gauge } from "prom-client";
import type { Metrics } from "./metrics.ts";

/** Counts the callbacks of configured producers. */
export interface CallbackMetrics {
  attempted(producer: string, outcome: CallbackOutcome): void;
  /** As it was when somebody last looked. Every poller looks at the same. */
  show(producer: string, counts: { readonly waiting: number; readonly dead: number }): void;
}

export function callbackMetrics({ registry }: Metrics, producers: readonly string[]): CallbackMetrics {
  const registers = [registry];
  const attempts = new Counter({
    name: "hermod_callbacks_total",
    help: "Callbacks that were posted, by what became of the attempt.",
    labelNames: ["producer", "result"],
    registers,
  });
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ["producer"], registers });
  const waiting = gauge("hermod_callbacks_waiting", "Callbacks that wait, for the first time or again.");
  const dead = gauge("hermod_callbacks_dead", "Callbacks that were given up and can be replayed.");
  for (const producer of producers) {
    // Told as 0 from the start: an increase from nothing to 1 is none to Prometheus.
    for (const result of ["taken", ...CALLBACK_FAILURES]) attempts.inc({ producer, result }, 0);
  }
  return {
    attempted(producer, outcome) {
      const result = outcome.kind === "taken" ? "taken" : outcome.failure;
      attempts.inc({ producer, result });
    },
    show(producer, counts) {
      waiting.set({ producer }, counts.waiting);
      dead.set({ producer }, counts.dead);
    },
  };
}
