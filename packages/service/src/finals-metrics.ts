import { Gauge } from "prom-client";
import { bounded, type Metrics } from "./metrics.ts";

/** How far a group is with the finals of a producer. */
interface Standing {
  readonly producer: string;
  readonly group: string;
  readonly waiting: number;
  readonly oldestMs: number;
  readonly missed: number;
}

/** Both names come from outside. */
const MOST_GROUPS = 50;

/** Shows how far the consumers of finals are, as it was when somebody last looked. Every poller looks at the same. */
export function finalsMetrics({ registry }: Metrics): (standings: readonly Standing[]) => void {
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ["producer", "group"], registers: [registry] });
  const waiting = gauge("hermod_finals_waiting", "Final states that a group of consumers has not done yet.");
  const oldest = gauge("hermod_finals_oldest_seconds", "How long the oldest of them has waited.");
  const missed = gauge(
    "hermod_finals_missed",
    "Final states that were removed before a group had done them: it was too slow for events.keepFinals.",
  );
  const name = bounded(MOST_GROUPS);
  return (standings) => {
    for (const one of [waiting, oldest, missed]) one.reset();
    for (const { producer, group, ...standing } of standings) {
      const isKnown = name(`${producer} ${group}`) !== "other";
      const labels = isKnown ? { producer, group } : { producer: "other", group: "other" };
      waiting.inc(labels, standing.waiting);
      missed.inc(labels, standing.missed);
      oldest.set(labels, standing.oldestMs / 1000);
    }
  };
}
