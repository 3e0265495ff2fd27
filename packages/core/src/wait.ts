import { openAttempt, type PublicRecord, type Reason } from "./record.ts";

/** What a message can wait for. */
export type Cause =
  /** Its send time. */
  | "schedule"
  /** A worker that takes it. */
  | "queue"
  /** The rate of its account, kept by us or asked for by the provider. */
  | "rate"
  /** An account that is at fault or was stopped. */
  | "breaker"
  /** The pause after an attempt that was not taken. */
  | "retry"
  /** What becomes of an attempt in doubt. */
  | "settle"
  /** The provider: its answer, and then its report. */
  | "provider";

/** A time of waiting and what for. */
export interface Wait {
  readonly cause: Cause;
  readonly ms: number;
}

/** What a queued message waits for until its release; after that it waits for a worker. */
const UNTIL_RELEASE: Readonly<Partial<Record<Reason, Cause>>> = {
  schedule: "schedule",
  rate: "rate",
  retry: "retry",
};

/** A stretch of a message's life, and how long of its end the account was at its rate. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly limitedMs?: number | undefined;
}

/**
 * Divides a stretch in which a message stood as `standing` among what it waited for: the parts sum to the
 * whole. `next` is the reason with which the stretch ended.
 */
export function waitsOf(standing: PublicRecord, stretch: Stretch, next?: Reason): Wait[] {
  const { from, to, limitedMs = 0 } = stretch;
  const wholeMs = Math.max(0, to - from);
  if (standing.state !== "queued") return present([{ cause: causeOf(standing, next), ms: wholeMs }]);
  const released = Math.min(Math.max(standing.releaseAt, from), from + wholeMs);
  const afterMs = from + wholeMs - released;
  const rateMs = Math.min(afterMs, Math.max(0, Math.round(limitedMs)));
  return present([
    { cause: UNTIL_RELEASE[standing.reason] ?? "queue", ms: released - from },
    { cause: "queue", ms: afterMs - rateMs },
    { cause: "rate", ms: rateMs },
  ]);
}

/** Several waits as one for each cause, in the order of their first appearance. */
export function summed(waits: readonly Wait[]): Wait[] {
  const totals = new Map<Cause, number>();
  for (const { cause, ms } of waits) totals.set(cause, (totals.get(cause) ?? 0) + ms);
  return [...totals].map(([cause, ms]) => ({ cause, ms }));
}

function causeOf(standing: PublicRecord, next: Reason | undefined): Cause {
  switch (standing.state) {
    case "held":
      return "breaker";
    case "unconfirmed":
      return openAttempt(standing) === undefined || next === "lease_ended" ? "settle" : "provider";
    case "sending":
      // Whoever had it in hand died: all that time nobody knew.
      return next === "lease_ended" ? "settle" : "provider";
    default:
      return "provider";
  }
}

function present(waits: readonly Wait[]): Wait[] {
  return summed(waits.filter(({ ms }) => ms > 0));
}
