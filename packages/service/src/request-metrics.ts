import { isUnmapped, type Outcome } from "@hermod/core/outcome";
import type { Lookup, StatusAnswer } from "@hermod/core/report";
import { Counter, Gauge, Histogram } from "prom-client";
import { bounded, type Metrics } from "./metrics.ts";
import { tally } from "./tally.ts";

/** Counts the requests at one account's provider. */
export interface RequestMetrics {
  /** Measures a send request of any number of messages. */
  send(request: Promise<ReadonlyMap<string, Outcome>>): Promise<ReadonlyMap<string, Outcome>>;
  /** Measures a status request about `messages` messages, or a search for them. */
  check<Answer extends StatusAnswer | Lookup>(
    messages: number,
    request: Promise<ReadonlyMap<string, Answer>>,
  ): Promise<ReadonlyMap<string, Answer>>;
}

const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60, 120];
const OUTCOMES: readonly Outcome["kind"][] = ["accepted", "rejected", "throttled", "notSent", "maybeSent"];
const CODES = 100;

/** Opens the counting of requests; the result is asked once for each account. */
export function requestMetrics(metrics: Metrics): (account: string) => RequestMetrics {
  const running: Running[] = [];
  const kinds = kindsOf(metrics, running);
  const codeOf = bounded(CODES);
  return (account) => {
    const labels = metrics.labelsOf(account);
    for (const outcome of OUTCOMES) kinds.outcomes.inc({ ...labels, outcome }, 0);
    const sends = { labels: { ...labels, operation: "send" }, count: 0 };
    const checks = { labels: { ...labels, operation: "check" }, count: 0 };
    running.push(sends, checks);
    return {
      async send(request) {
        using _ = during(sends);
        const startedAt = performance.now();
        const answers = await request;
        const outcomes = [...answers.values()];
        const seconds = (performance.now() - startedAt) / 1000;
        const word = outcomes[0]?.kind ?? "none";
        const outcome = outcomes.some(({ kind }) => kind !== word) ? "mixed" : word;
        kinds.sendSeconds.observe({ ...labels, outcome }, seconds);
        for (const one of outcomes) {
          kinds.outcomes.inc({ ...labels, outcome: one.kind });
          if (one.kind === "rejected") {
            kinds.refusals.inc({ ...labels, scope: one.scope, code: codeOf(one.code) });
          }
          if (isUnmapped(one)) metrics.unmapped(account, "outcome");
        }
        return answers;
      },
      async check(messages, request) {
        using _ = during(checks);
        const startedAt = performance.now();
        const answers = await request;
        kinds.checkSeconds.observe(labels, (performance.now() - startedAt) / 1000);
        kinds.perCheck.observe(labels, messages);
        for (const { kind } of answers.values()) kinds.answers.inc({ ...labels, answer: kind });
        return answers;
      },
    };
  };
}

interface Running {
  readonly labels: { readonly account: string; readonly provider: string; readonly operation: string };
  count: number;
}

function during(running: Running): Disposable {
  running.count += 1;
  return {
    [Symbol.dispose]: () => {
      running.count -= 1;
    },
  };
}

function kindsOf({ registry }: Metrics, running: readonly Running[]) {
  const registers = [registry];
  const ACCOUNT = ["account", "provider"] as const;
  return {
    sendSeconds: new Histogram({
      name: "hermod_send_duration_seconds",
      help: "Send requests, from the slot to the answer; of several messages with different outcomes: mixed.",
      labelNames: [...ACCOUNT, "outcome"],
      buckets: SECONDS,
      registers,
    }),
    outcomes: tally({
      name: "hermod_send_outcomes_total",
      help: "What attempts at sending a message proved.",
      labelNames: [...ACCOUNT, "outcome"],
      registers,
    }),
    refusals: new Counter({
      name: "hermod_send_refusals_total",
      help: "Messages that the provider refused, by whose fault it is and by reason.",
      labelNames: [...ACCOUNT, "scope", "code"],
      registers,
    }),
    checkSeconds: new Histogram({
      name: "hermod_check_duration_seconds",
      help: "Status requests, and searches by our reference.",
      labelNames: ACCOUNT,
      buckets: SECONDS,
      registers,
    }),
    perCheck: new Histogram({
      name: "hermod_messages_per_check",
      help: "Messages asked about in one status request.",
      labelNames: ACCOUNT,
      buckets: [1, 2, 5, 10, 20, 32, 50, 100],
      registers,
    }),
    answers: tally({
      name: "hermod_check_answers_total",
      help: "What status requests told about a message.",
      labelNames: [...ACCOUNT, "answer"],
      registers,
    }),
    inFlight: new Gauge({
      name: "hermod_requests_in_flight",
      help: "Requests that are on the wire or wait for a connection.",
      labelNames: [...ACCOUNT, "operation"],
      registers,
      collect() {
        for (const { labels, count } of running) this.set(labels, count);
      },
    }),
  };
}
