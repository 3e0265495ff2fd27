import type { Find, Transition } from "@hermod/core/transition";
import { Counter, Histogram } from "prom-client";
import { bounded, type Metrics } from "./metrics.ts";
import { tally } from "./tally.ts";

/** Producers and codes that have a label of their own. */
const PRODUCERS = 20;
const CODES = 100;

const FINDS: readonly Find[] = ["released", "lease_ended", "deadline", "lost_order"];

/**
 * Counts what committed changes mean. A change counts in the process that committed it: what a producer does
 * itself (accepting, canceling) is not seen here.
 */
export function messageMetrics(metrics: Metrics): (transition: Transition) => void {
  const count = countersOf(metrics);
  const times = timesOf(metrics);
  const producerOf = bounded(PRODUCERS);
  const codeOf = bounded(CODES);
  return (transition) => {
    const { entered, waitedMs, concluded, find } = transition;
    const labels = metrics.labelsOf(transition.account);
    const { account } = labels;
    const producer = producerOf(transition.producer);
    const lane = transition.priority;
    if (transition.isFirst) count.messages.inc({ ...labels, producer, lane });
    if (entered !== undefined) {
      const { state, reason, code } = entered;
      count.states.inc({ ...labels, producer, state, reason });
      if (state === "unconfirmed") count.unconfirmed.inc({ ...labels, reason });
      if (reason === "poison") count.quarantined.inc(labels);
      if (state === "held") count.faults.inc({ ...labels, code: codeOf(code) });
    }
    if (transition.cameFrom !== undefined) count.failovers.inc({ from: transition.cameFrom, ...labels });
    if (transition.isRewrite) count.rewrites.inc(labels);
    if (waitedMs !== undefined) times.queueWait.observe({ account, lane }, waitedMs / 1000);
    if (concluded !== undefined) {
      times.toFinal.observe({ ...labels, state: entered?.state ?? "unknown" }, concluded.afterMs / 1000);
      times.checks.observe(labels, concluded.checks);
    }
    if (transition.reportLagMs !== undefined) times.lag.observe(labels, transition.reportLagMs / 1000);
    if (find !== undefined) count.finds.inc({ account, find });
    if (transition.anomalies > 0) count.anomalies.inc(labels, transition.anomalies);
    if (transition.isSecondAcceptance) count.secondAcceptances.inc(labels);
    if (transition.isUnmapped) metrics.unmapped(account, "report");
  };
}

function countersOf({ registry, accounts, labelsOf }: Metrics) {
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name, help, labelNames, registers });
  const ACCOUNT = ["account", "provider"] as const;
  const counters = {
    messages: tally({
      name: "hermod_messages_total",
      help: "Messages, each counted once: at its first change after it was accepted.",
      labelNames: [...ACCOUNT, "producer", "lane"],
      registers,
    }),
    states: tally({
      name: "hermod_message_states_total",
      help: "Messages that moved into a state.",
      labelNames: [...ACCOUNT, "producer", "state", "reason"],
      registers,
    }),
    failovers: counter(
      "hermod_failovers_total",
      "Messages that went on to the next account of their route.",
      ["from", ...ACCOUNT],
    ),
    rewrites: counter(
      "hermod_rewrites_total",
      "Messages that were written again while an earlier attempt was in doubt.",
      ACCOUNT,
    ),
    unconfirmed: counter(
      "hermod_attempts_unconfirmed_total",
      "Messages that came into doubt: written, or perhaps written, without proof of the outcome.",
      [...ACCOUNT, "reason"],
    ),
    faults: counter("hermod_account_faults_total", "Messages held because their account is at fault.", [
      ...ACCOUNT,
      "code",
    ]),
    quarantined: counter(
      "hermod_messages_quarantined_total",
      "Messages given up because processes died with them in hand.",
      ACCOUNT,
    ),
    anomalies: counter("hermod_anomalies_total", "Evidence that contradicts what was known.", ACCOUNT),
    secondAcceptances: counter(
      "hermod_double_acceptances_total",
      "Messages that a provider was found to have taken more than once.",
      ACCOUNT,
    ),
    finds: counter("hermod_sweeper_finds_total", "What was found to be due by time alone.", [
      "account",
      "find",
    ]),
  };
  // Told as 0 from the start: an increase from nothing to 1 is none to Prometheus.
  for (const account of accounts) {
    const labels = labelsOf(account);
    counters.anomalies.inc(labels, 0);
    counters.secondAcceptances.inc(labels, 0);
    counters.rewrites.inc(labels, 0);
    counters.quarantined.inc(labels, 0);
    for (const reason of ["no_answer", "lease_ended"]) counters.unconfirmed.inc({ ...labels, reason }, 0);
    for (const find of FINDS) counters.finds.inc({ account, find }, 0);
  }
  return counters;
}

function timesOf({ registry }: Metrics) {
  const histogram = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    buckets: number[],
  ) => new Histogram({ name, help, labelNames: [...labelNames], buckets, registers: [registry] });
  const ACCOUNT = ["account", "provider"] as const;
  return {
    queueWait: histogram(
      "hermod_queue_wait_seconds",
      "From when a message was free to go until its attempt began.",
      ["account", "lane"],
      [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 900, 3600, 21_600],
    ),
    toFinal: histogram(
      "hermod_time_to_final_seconds",
      "From when the provider took a message until it was known to be final.",
      [...ACCOUNT, "state"],
      [1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14_400, 43_200, 86_400, 172_800],
    ),
    checks: histogram(
      "hermod_checks_per_message",
      "How often the provider was asked about a message until it was final.",
      ACCOUNT,
      [0, 1, 2, 3, 5, 8, 13, 21, 50],
    ),
    lag: histogram(
      "hermod_report_lag_seconds",
      "How long at most a final report lay unseen at the provider: since the look before.",
      ACCOUNT,
      [0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600, 3600],
    ),
  };
}
