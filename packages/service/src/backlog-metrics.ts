import { Gauge } from "prom-client";
import type { Metrics } from "./metrics.ts";

/** How full an index of times is: all entries, those whose time has come, and those it came for long ago. */
interface Fill {
  readonly entries: number;
  readonly due: number;
  readonly overdue: number;
  readonly oldestMs: number;
}

/** Orders of a queue by what becomes of them. */
type Orders = Readonly<Record<"waiting" | "active" | "delayed" | "failed", number>>;

/** What lies in Redis at one moment, counted. */
export interface Backlog {
  readonly accounts: ReadonlyMap<
    string,
    {
      readonly checks: Fill;
      /** Our word for why the account's breaker is open. */
      readonly openFor?: string | undefined;
      readonly orders: Readonly<Record<"send" | "check", Orders>>;
    }
  >;
  /** Messages that are not final. */
  readonly open: readonly {
    readonly account: string;
    readonly priority: string;
    readonly state: string;
    readonly count: number;
  }[];
  readonly timers: Fill;
  /** In bytes; a limit of 0 is none. */
  readonly memory: { readonly used: number; readonly limit: number };
}

/** A look that is older than this tells nothing any more: no figure is better than an old one. */
const STALE_MS = 60_000;

type Labels = Readonly<Record<string, string>>;
type Values = (backlog: Backlog) => readonly (readonly [Labels, number])[];

/**
 * Shows what lies in Redis, as it was when somebody last looked. Every poller looks at the same, so that
 * whoever has several takes one of them, for example the largest, and never the sum.
 */
export function backlogMetrics({ registry, labelsOf }: Metrics): (backlog: Backlog) => void {
  let last: { readonly backlog: Backlog; readonly at: number } | undefined;

  const gauge = (name: string, help: string, labelNames: readonly string[], valuesOf: Values): void => {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        this.reset();
        const isFresh = last !== undefined && performance.now() - last.at <= STALE_MS;
        const values = isFresh && last !== undefined ? valuesOf(last.backlog) : [];
        for (const [labels, value] of values) this.set(labels, value);
        // Without labels there is always one value.
        if (!isFresh && labelNames.length === 0) this.set(Number.NaN);
      },
    });
  };
  const ofChecks = (name: string, help: string, read: (checks: Fill) => number): void =>
    gauge(name, help, ["account", "provider"], ({ accounts }) =>
      [...accounts].map(([account, { checks }]) => [labelsOf(account), read(checks)]),
    );
  const ofAll = (name: string, help: string, read: (backlog: Backlog) => number): void =>
    gauge(name, help, [], (backlog) => [[{}, read(backlog)]]);

  ofChecks("hermod_messages_followed", "Messages that a report is awaited for.", ({ entries }) => entries);
  ofChecks("hermod_messages_due", "Messages that the provider should be asked about now.", ({ due }) => due);
  ofChecks("hermod_messages_overdue", "Of these, the ones that have waited for long.", (c) => c.overdue);
  ofChecks("hermod_oldest_due_seconds", "How long the first of them has waited.", (c) => c.oldestMs / 1000);
  gauge(
    "hermod_messages_open",
    "Messages that are not final.",
    ["account", "provider", "lane", "state"],
    (b) =>
      b.open.map(({ account, priority, state, count }) => [
        { ...labelsOf(account), lane: priority, state },
        count,
      ]),
  );
  gauge(
    "hermod_breaker_open",
    "1 while nothing goes through an account, with the reason; stopped: by an operator.",
    ["account", "provider", "code"],
    ({ accounts }) =>
      [...accounts].map(([account, { openFor }]) => [
        { ...labelsOf(account), code: openFor ?? "" },
        openFor === undefined ? 0 : 1,
      ]),
  );
  gauge("hermod_orders", "Work orders in a queue.", ["account", "provider", "queue", "state"], ordersOf);
  ofAll(
    "hermod_timers",
    "Messages that time alone may move: all open ones, and texts to be erased.",
    ({ timers }) => timers.entries,
  );
  ofAll("hermod_timers_overdue", "Of these, the ones whose time came long ago.", (b) => b.timers.overdue);
  ofAll(
    "hermod_oldest_timer_seconds",
    "How long the first of them has waited.",
    (b) => b.timers.oldestMs / 1000,
  );
  ofAll("hermod_redis_memory_used_bytes", "Memory that Redis uses.", ({ memory }) => memory.used);
  ofAll("hermod_redis_memory_limit_bytes", "Memory that Redis may use; 0: no limit.", (b) => b.memory.limit);

  function ordersOf({ accounts }: Backlog) {
    return [...accounts].flatMap(([account, { orders }]) =>
      Object.entries(orders).flatMap(([queue, byState]) =>
        Object.entries(byState).map(
          ([state, count]) => [{ ...labelsOf(account), queue, state }, count] as const,
        ),
      ),
    );
  }

  return (backlog) => {
    last = { backlog, at: performance.now() };
  };
}
