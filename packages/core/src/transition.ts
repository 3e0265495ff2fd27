import { ACCEPTED_TWICE } from "./apply-outcome.ts";
import type { Priority } from "./message.ts";
import type { MessageRecord, Reason } from "./record.ts";
import { isFinal, type State } from "./state.ts";

/** What time alone was found to have brought about, whoever found it. */
export type Find = "released" | "lease_ended" | "deadline" | "lost_order";

/**
 * What a committed change of a record means to somebody who counts, and nothing private. Times are
 * milliseconds by the clock of Redis.
 */
export interface Transition {
  readonly id: string;
  /** The trace it belongs to. */
  readonly trace?: string;
  readonly account: string;
  readonly producer: string;
  readonly priority: Priority;
  /** The first change since the message was accepted: each message has one. */
  readonly isFirst: boolean;
  /** The state it moved into, and why; absent when it stayed in its state. */
  readonly entered?: { readonly state: State; readonly reason: Reason; readonly code: string };
  /** The account whose place this one took in the message's route. */
  readonly cameFrom?: string;
  /** It is written again while an earlier attempt is in doubt. */
  readonly isRewrite: boolean;
  /** An attempt began: how long the message had been free to go. */
  readonly waitedMs?: number;
  /** It became final after a provider took it. */
  readonly concluded?: {
    /** Since the provider took it. */
    readonly afterMs: number;
    readonly checks: number;
  };
  /** A report ended it: how long at most it can have been known to the provider alone. */
  readonly reportLagMs?: number;
  readonly find?: Find;
  /** Contradictions that were not known before. */
  readonly anomalies: number;
  /** A provider was found to have taken the message a second time. */
  readonly isSecondAcceptance: boolean;
  /** A status word that nobody knows came in. */
  readonly isUnmapped: boolean;
}

/** Reads a change that was committed. */
export function transitionOf(before: MessageRecord, after: MessageRecord): Transition {
  const { id, trace, account, producer, priority, state, reason, code = "" } = after;
  const anomalies = after.anomalies.slice(before.anomalies.length);
  const transition: Changing<Transition> = {
    id,
    account,
    producer,
    priority,
    isFirst: before.revision === 1,
    isRewrite: state === "unconfirmed" && after.attempt > before.attempt,
    anomalies: anomalies.length,
    isSecondAcceptance: anomalies.some(isSecondAcceptance),
    isUnmapped: after.unmapped !== undefined && after.unmapped !== before.unmapped,
  };
  // Set one by one and not spread: three of them are read for every message.
  if (trace !== undefined) transition.trace = trace;
  if (account !== before.account) transition.cameFrom = before.account;
  const lagMs = reportLagMs(before, after);
  if (lagMs !== undefined) transition.reportLagMs = lagMs;
  const find = findOf(before, after);
  if (find !== undefined) transition.find = find;
  const concluded = concludedOf(before, after);
  if (concluded !== undefined) transition.concluded = concluded;
  if (state === before.state) return transition;
  transition.entered = { state, reason, code };
  if (state === "sending") transition.waitedMs = after.updatedAt - freeSince(before);
  return transition;
}

type Changing<Thing> = { -readonly [Name in keyof Thing]: Thing[Name] };

function freeSince({ acceptedAt, releaseAt }: MessageRecord): number {
  return Math.max(acceptedAt, releaseAt);
}

function concludedOf(before: MessageRecord, after: MessageRecord): Transition["concluded"] {
  const { submittedAt, finalAt, checks } = after;
  if (isFinal(before.state) || !isFinal(after.state)) return undefined;
  if (submittedAt === undefined || finalAt === undefined) return undefined;
  return { afterMs: finalAt - submittedAt, checks };
}

/** Since the last look at the message the report may have waited at the provider, and no longer. */
function reportLagMs(before: MessageRecord, after: MessageRecord): number | undefined {
  const { submittedAt, checkedAt = submittedAt } = before;
  const reported = isFinal(after.state) && after.state !== "unknown" && after.state !== before.state;
  return reported && checkedAt !== undefined ? after.updatedAt - checkedAt : undefined;
}

function findOf(before: MessageRecord, after: MessageRecord): Find | undefined {
  if (after.state === before.state) {
    const { jobId, drivenAt, releaseAt } = before;
    // A message that waited on purpose has no order, or one of before its rest.
    const hadOrder = jobId !== "" && drivenAt > 0 && drivenAt >= releaseAt;
    return hadOrder && after.jobId !== jobId ? "lost_order" : undefined;
  }
  if (before.state === "held" && after.state === "queued") return "released";
  switch (after.reason) {
    case "lease_ended":
      return "lease_ended";
    case "before_send":
    case "never_confirmed":
    case "never_reported":
      return "deadline";
    default:
      return undefined;
  }
}

function isSecondAcceptance(anomaly: string): boolean {
  return anomaly === ACCEPTED_TWICE || anomaly.endsWith("accepted under a second id");
}
