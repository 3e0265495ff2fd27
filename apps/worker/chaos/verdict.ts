import type { MessageView } from "@hermod/client";
import type { ChaosProvider, Fate } from "./providers.ts";
import type { Row } from "./rows.ts";

/** What a producer knows of a message: whether it was acknowledged, and what became of it then. */
export interface Told {
  readonly tag: string;
  readonly acknowledged: boolean;
  readonly view?: Pick<MessageView, "state" | "reason" | "final">;
}

/** What really happened to a message, at all providers together. */
export interface Truth {
  readonly taken: readonly Fate[];
  readonly writes: number;
}

/** One row of the report: how many messages, and what was found wrong with them. */
export interface Verdict {
  readonly row: Row;
  readonly counts: Readonly<Record<Count, number>>;
  /** Each names the message. */
  readonly violations: readonly string[];
  /** Those that expired before they could be sent, though their producer would rather have them twice than not at all. */
  readonly late: readonly string[];
}

export type Count =
  | "acknowledged"
  | "taken once"
  | "taken twice"
  | "never taken"
  | "delivered"
  | "undelivered"
  | "unknown"
  | "other";

/** Holds what producers were told against what really happened. */
export function judge(row: Row, told: readonly Told[], truthOf: (tag: string) => Truth): Verdict {
  const counts: Record<Count, number> = {
    acknowledged: 0,
    "taken once": 0,
    "taken twice": 0,
    "never taken": 0,
    delivered: 0,
    undelivered: 0,
    unknown: 0,
    other: 0,
  };
  const violations: string[] = [];
  const late: string[] = [];
  for (const one of told) {
    const truth = truthOf(one.tag);
    if (one.acknowledged) counts.acknowledged += 1;
    const copies = truth.taken.length;
    counts[copies === 0 ? "never taken" : copies === 1 ? "taken once" : "taken twice"] += 1;
    const state = one.view?.state;
    counts[state === "delivered" || state === "undelivered" || state === "unknown" ? state : "other"] += 1;
    violations.push(...wrongs(row, one, truth).map((wrong) => `${one.tag}: ${wrong}`));
    if (row.untaken === "if told" && isExpiredUnsent(one)) late.push(one.tag);
  }
  return { row, counts, violations, late };
}

function wrongs(row: Row, { acknowledged, view }: Told, { taken, writes }: Truth): string[] {
  const wrong: string[] = [];
  if (taken.length > row.mostAccepted) wrong.push(`taken ${taken.length} times`);
  if (writes > row.mostWritten) wrong.push(`written ${writes} times`);
  if (!acknowledged) return wrong;
  if (view === undefined || !view.final) return [...wrong, `not final but ${view?.state ?? "gone"}`];
  const isTold = view.state === "unknown" || view.state === "failed" || isExpiredUnsent({ view });
  if (taken.length === 0 && (row.untaken === "never" || (row.untaken === "if told" && !isTold)))
    wrong.push(`lost, and said to be ${view.state} (${view.reason})`);
  if (!isTrue(view, taken)) wrong.push(`said to be ${view.state} (${view.reason}) but was ${said(taken)}`);
  return wrong;
}

function isExpiredUnsent({ view }: Pick<Told, "view">): boolean {
  return view?.state === "expired" && view.reason === "before_send";
}

/** Whether a final state claims nothing that did not happen. */
function isTrue({ state, reason }: NonNullable<Told["view"]>, taken: readonly Fate[]): boolean {
  switch (state) {
    case "delivered":
    case "undelivered":
      return taken.includes(state);
    case "unknown":
      return true;
    case "failed":
      return taken.length === 0;
    case "expired":
      return reason === "at_provider" ? taken.includes("expired") : taken.length === 0;
    default:
      return false;
  }
}

function said(taken: readonly Fate[]): string {
  return taken.length === 0 ? "never taken" : taken.join(" and ");
}

/** What happened to each message at all of these providers. */
export function truthAt(providers: readonly ChaosProvider[]): (tag: string) => Truth {
  const taken = providers.map((provider) => provider.taken());
  const writes = providers.map((provider) => provider.writes());
  return (tag) => ({
    taken: taken.flatMap((byTag) => byTag.get(tag) ?? []),
    writes: writes.reduce((sum, byTag) => sum + (byTag.get(tag) ?? 0), 0),
  });
}
