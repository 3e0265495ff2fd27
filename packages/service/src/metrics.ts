import type { AccountBase } from "@hermod/core/config";
import { Counter, collectDefaultMetrics, Gauge, type OpenMetricsContentType, Registry } from "prom-client";

/** The accounts of a process, as far as counting needs to know them. */
export type MeasuredAccounts = Readonly<
  Record<
    string,
    { readonly provider: string } & Pick<AccountBase, "connections" | "sendPerSecond" | "statusPerSecond">
  >
>;

/**
 * What a process counts, told on `/metrics`. Labels take few values, all of them known before: accounts,
 * providers, our own words. What comes from outside goes through `bounded`.
 */
export interface Metrics {
  readonly registry: Registry<OpenMetricsContentType>;
  readonly accounts: readonly string[];
  /** The labels that name an account; one that is no longer configured has an unknown provider. */
  labelsOf(account: string): { readonly account: string; readonly provider: string };
  /** Counts a word or code of a provider that nobody knows. */
  unmapped(account: string, where: "report" | "outcome"): void;
  /** Everything, in the form of OpenMetrics. */
  text(): Promise<string>;
}

/** The media type of what `text` returns. */
export const METRICS_TYPE = Registry.OPENMETRICS_CONTENT_TYPE;

/** Opens the metrics of a process, with those that each Node.js process has under their usual names. */
export function openMetrics(name: string, accounts: MeasuredAccounts): Metrics {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(METRICS_TYPE);
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const info = new Gauge({
    name: "hermod_process_info",
    help: "Which of Hermod's processes this is.",
    labelNames: ["process"],
    registers,
  });
  info.set({ process: name }, 1);
  const labelsOf = (account: string) => ({ account, provider: accounts[account]?.provider ?? "unknown" });
  const limit = new Gauge({
    name: "hermod_account_limit_per_second",
    help: "Configured limit of an account: messages, or segments, (send) and status requests (status) a second.",
    labelNames: ["account", "provider", "lane"],
    registers,
  });
  const connections = new Gauge({
    name: "hermod_account_connections",
    help: "Configured requests on the wire at once, of each worker.",
    labelNames: ["account", "provider"],
    registers,
  });
  const unmapped = new Counter({
    name: "hermod_unmapped_total",
    help: "Words and codes of a provider that nobody knows: in a report, or as the outcome of a send.",
    labelNames: ["account", "provider", "where"],
    registers,
  });
  for (const [account, configured] of Object.entries(accounts)) {
    limit.set({ ...labelsOf(account), lane: "send" }, configured.sendPerSecond);
    limit.set({ ...labelsOf(account), lane: "status" }, configured.statusPerSecond);
    connections.set(labelsOf(account), configured.connections);
    // Told as 0 from the start: an increase from nothing to 1 is none to Prometheus.
    for (const where of ["report", "outcome"]) unmapped.inc({ ...labelsOf(account), where }, 0);
  }
  return {
    registry,
    accounts: Object.keys(accounts),
    labelsOf,
    unmapped: (account, where) => unmapped.inc({ ...labelsOf(account), where }),
    text: () => registry.metrics(),
  };
}

/** Counts what is reported as trouble, also what the log leaves out because it comes in masses. */
export function countedTrouble(
  { registry }: Metrics,
  report: (what: string, error: unknown) => void,
): (what: string, error: unknown) => void {
  const troubles = new Counter({
    name: "hermod_troubles_total",
    help: "Errors that were reported, each of which some part of Hermod survived.",
    labelNames: ["what"],
    registers: [registry],
  });
  const what = bounded(TROUBLES);
  return (words, error) => {
    troubles.inc({ what: what(words) });
    report(words, error);
  };
}

/** Each account has a few kinds of trouble of its own. */
const TROUBLES = 500;

/**
 * Lets the first `most` values pass and calls all further ones "other": every value of a label is a time
 * series for as long as the process lives.
 */
export function bounded(most: number): (value: string) => string {
  const known = new Set<string>();
  return (value) => {
    if (known.has(value)) return value;
    if (known.size >= most) return "other";
    known.add(value);
    return value;
  };
}
