import type { Event } from "./event.ts";
import { move, noteAnomaly } from "./move.ts";
import type { Denial, Outcome } from "./outcome.ts";
import type { Attempt, MessageRecord } from "./record.ts";
import { retryDelayMs } from "./retry.ts";
import { isFinal, isFollowed } from "./state.ts";
import { type Terms, throttleRestMs } from "./terms.ts";

type OutcomeEvent = Event & { type: "outcome" };
type Accepted = Outcome & { kind: "accepted" };

/**
 * Applies what an attempt proved. Only the attempt's number matters, never who brings the news: an acceptance
 * is true whoever says it, and a proof that nothing was written can come from its one writer alone. An
 * outcome of an attempt that was settled already changes nothing.
 */
export function applyOutcome(record: MessageRecord, event: OutcomeEvent): MessageRecord {
  const { outcome } = event;
  switch (outcome.kind) {
    case "accepted":
      return accepted(record, event, outcome);
    case "maybeSent":
      return maybeSent(record, event, outcome.evidence === "lease_ended");
    case "notSent":
    case "throttled":
    case "rejected":
      return notTaken(record, event, outcome);
    default:
      return outcome satisfies never;
  }
}

function accepted(record: MessageRecord, event: OutcomeEvent, outcome: Accepted): MessageRecord {
  const n = event.attempt;
  const known = record.attempts.find((attempt) => attempt.n === n);
  if (known?.verdict === "accepted") {
    return known.providerId === outcome.providerId || outcome.providerId === undefined
      ? record
      : noteAnomaly(record, `attempt ${n} accepted under a second id`);
  }
  const attempt: Attempt = {
    n,
    account: known?.account ?? record.account,
    verdict: "accepted",
    ...(outcome.providerId === undefined ? {} : { providerId: outcome.providerId }),
    ...(outcome.batchId === undefined ? {} : { batchId: outcome.batchId }),
  };
  let next: MessageRecord = {
    ...record,
    attempts: [...record.attempts.filter((other) => other.n !== n), attempt].sort((a, b) => a.n - b.n),
    submittedAt: record.submittedAt ?? event.at,
    ...(outcome.parts === undefined ? {} : { parts: outcome.parts }),
  };
  if (known === undefined) next = noteAnomaly(next, `attempt ${n} accepted after it was denied`);
  if (record.attempts.some((other) => other.n !== n && other.verdict === "accepted")) {
    next = noteAnomaly(next, "accepted twice");
  }
  const newerOnTheWire = record.state === "sending" && n !== record.attempt;
  if (isFinal(record.state) || isFollowed(record.state) || newerOnTheWire) return next;
  return move(next, "submitted", event.at, { reason: "ready", deadlineAt: event.at + event.terms.horizonMs });
}

function maybeSent(record: MessageRecord, event: OutcomeEvent, leaseEnded: boolean): MessageRecord {
  const n = event.attempt;
  if (record.attempts.find((attempt) => attempt.n === n)?.verdict !== "open") return record;
  const next: MessageRecord = {
    ...record,
    attempts: record.attempts.map((attempt) =>
      attempt.n === n ? { ...attempt, verdict: "maybeSent" } : attempt,
    ),
  };
  if (record.state !== "sending" || n !== record.attempt) return next;
  return settle(next, event.at, event.terms, leaseEnded ? "lease_ended" : "no_answer") ?? next;
}

function notTaken(record: MessageRecord, event: OutcomeEvent, outcome: Denial): MessageRecord {
  const n = event.attempt;
  const known = record.attempts.find((attempt) => attempt.n === n);
  if (known === undefined) return record;
  if (known.verdict === "accepted") return noteAnomaly(record, `attempt ${n} denied after it was accepted`);
  const next = { ...record, attempts: record.attempts.filter((attempt) => attempt.n !== n) };
  if (record.state !== "unknown" && (isFinal(record.state) || isFollowed(record.state))) {
    return noteAnomaly(next, `attempt ${n} denied after it was reported`);
  }
  if (record.state !== "sending" && record.state !== "unconfirmed") return next;
  // The last attempt decides how it goes on, as soon as no earlier one is in doubt.
  const denial = n === record.attempt ? outcome : record.denial;
  if (denial === undefined) return next;
  const settled = settle(next, event.at, event.terms, "no_answer");
  if (settled === undefined) return afterProof(next, event, denial);
  return settled.state === "unconfirmed" ? { ...settled, denial } : settled;
}

/** When an earlier attempt was or may have been taken, that decides, and not the end of the last one. */
function settle(
  record: MessageRecord,
  at: number,
  { horizonMs, settleMs }: Terms,
  reason: "no_answer" | "lease_ended",
): MessageRecord | undefined {
  if (record.attempts.some(({ verdict }) => verdict === "accepted")) {
    return move(record, "submitted", at, { reason: "ready", deadlineAt: at + horizonMs });
  }
  if (!record.attempts.some(({ verdict }) => verdict === "maybeSent")) return undefined;
  if (record.state === "unconfirmed") return record;
  return move(record, "unconfirmed", at, { reason, deadlineAt: Math.max(record.expiresAt, at + settleMs) });
}

/** The attempt was proven not taken: wait, try again, hold or give up. */
function afterProof(
  record: MessageRecord,
  { at, terms, chance }: OutcomeEvent,
  outcome: Denial,
): MessageRecord {
  const open = { deadlineAt: record.expiresAt };
  switch (outcome.kind) {
    case "throttled": {
      const releaseAt = at + throttleRestMs(outcome.retryAfterMs);
      return move(record, "queued", at, { ...open, reason: "rate", releaseAt });
    }
    case "rejected":
      return outcome.scope === "account"
        ? move(record, "held", at, {
            ...open,
            reason: "account",
            code: outcome.code,
            releaseAt: at + terms.probeMs,
          })
        : move(record, "rejected", at, { reason: "by_provider", code: outcome.code });
    case "notSent": {
      // A frozen or draining worker gave the attempt back: that is waiting, and no failure of the message.
      if (outcome.phase === "guard") return move(record, "queued", at, { ...open, reason: "ready" });
      const spent = record.spent + 1;
      const delayMs = retryDelayMs(spent, terms.retryDelaysMs, chance);
      return delayMs === "exhausted"
        ? move(record, "failed", at, { reason: "attempts_exhausted", spent, code: outcome.phase })
        : move(record, "queued", at, {
            ...open,
            reason: "retry",
            spent,
            code: outcome.phase,
            releaseAt: at + delayMs,
          });
    }
    default:
      return outcome satisfies never;
  }
}
