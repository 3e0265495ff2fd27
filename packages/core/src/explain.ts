import { type Mark, type Step, stepsOf } from "./history.ts";
import type { Attempt, PublicRecord, Reason } from "./record.ts";
import { isFinal, type State } from "./state.ts";
import { summed, type Wait, waitsOf } from "./wait.ts";
import { wordsOf } from "./words-of-step.ts";

/** One thing that happened to a message. Times are epoch milliseconds by the clock of Redis. */
export interface ExplainedStep {
  readonly at: number;
  readonly state: State;
  readonly reason: Reason;
  /** The word of the provider, or ours, behind the reason. */
  readonly code?: string;
  readonly account: string;
  /** In words. */
  readonly what: string;
  /** What it waited for since the step before; the parts sum to the time between the two. */
  readonly waits: readonly Wait[];
}

/** An attempt that a provider took or may have taken, at its account. */
export interface ExplainedAttempt {
  readonly n: number;
  readonly account: string;
  readonly verdict: Attempt["verdict"];
  /** Our id for the provider, and the provider's own. */
  readonly reference?: number;
  readonly providerId?: string;
}

/** Everything that happened to a message, in order, and what its time went into. */
export interface Explanation {
  readonly id: string;
  readonly producer: string;
  readonly state: State;
  readonly final: boolean;
  readonly acceptedAt: number;
  /** From acceptance to the final state, or to now. */
  readonly totalMs: number;
  /** What that time went into: the parts sum to the whole. */
  readonly waits: readonly Wait[];
  readonly steps: readonly ExplainedStep[];
  /** What it waits for now, since the last step; nothing once it is final. */
  readonly ongoing: readonly Wait[];
  readonly attempts: readonly ExplainedAttempt[];
  /** Evidence that contradicts, in words. */
  readonly anomalies: readonly string[];
}

/** Explains a record as it is at `now`. `limitedMs`: for how long its account has been at its rate until now. */
export function explain(record: PublicRecord, now: number, limitedMs = 0): Explanation {
  const { id, producer, state, acceptedAt, anomalies } = record;
  const steps = [accepted(record), ...explained(record, stepsOf(record.history))];
  const final = isFinal(state);
  const lastAt = steps.at(-1)?.at ?? acceptedAt;
  const ongoing = final ? [] : waitsOf(record, { from: lastAt, to: now, limitedMs });
  // What is learned of a message that is over belongs to its account, and not to its time.
  const counted = final ? steps.slice(0, lastMove(steps) + 1) : steps;
  const waits = summed([...counted.flatMap((step) => step.waits), ...ongoing]);
  return {
    id,
    producer,
    state,
    final,
    acceptedAt,
    totalMs: waits.reduce((sum, { ms }) => sum + ms, 0),
    waits,
    steps,
    ongoing,
    attempts: record.attempts.map((attempt) => attemptOf(record, attempt)),
    anomalies,
  };
}

function accepted({ acceptedAt, route, account, reason, history }: PublicRecord): ExplainedStep {
  const first = stepsOf(history)[0]?.waits ?? [];
  const isLater = reason === "schedule" || first.some(({ cause }) => cause === "schedule");
  const through = route.length > 1 ? `, to go through ${route.join(", else ")}` : "";
  return {
    at: acceptedAt,
    state: "queued",
    reason: isLater ? "schedule" : "ready",
    account: route[0] ?? account,
    what: `accepted${through}${isLater ? ", to be sent later" : ""}`,
    waits: [],
  };
}

function explained(
  { acceptedAt, route, account: last, anomalies }: PublicRecord,
  steps: readonly Step[],
): ExplainedStep[] {
  const accounts = new Map<number, string>();
  let at = acceptedAt;
  let account = route[0] ?? last;
  let before: State = "queued";
  return steps.map((step) => {
    const { state, reason, code, marks, waits } = step;
    at += waits.reduce((sum, { ms }) => sum + ms, 0);
    const from = account;
    account = route[numberOf(marks, "account") ?? -1] ?? account;
    const began = numberOf(marks, "began");
    if (began !== undefined) accounts.set(began, account);
    const context = {
      before,
      from,
      account,
      anomalies,
      accountOf: (n: number) => accounts.get(n) ?? account,
    };
    before = state;
    const what = wordsOf(step, context);
    return { at, state, reason, ...(code === undefined ? {} : { code }), account, what, waits };
  });
}

function lastMove(steps: readonly ExplainedStep[]): number {
  return steps.findLastIndex(({ state }, index) => state !== steps[index - 1]?.state);
}

function attemptOf(
  { references }: PublicRecord,
  { n, account, verdict, providerId }: Attempt,
): ExplainedAttempt {
  const reference = references?.[account];
  return {
    n,
    account,
    verdict,
    ...(reference === undefined ? {} : { reference }),
    ...(providerId === undefined ? {} : { providerId }),
  };
}

function numberOf(marks: readonly Mark[], wanted: Mark["what"]): number | undefined {
  return marks.find(({ what }) => what === wanted)?.n;
}
