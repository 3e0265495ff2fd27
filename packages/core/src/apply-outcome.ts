import type { Event } from "./event.ts";
import { failOver, hold, move, noteAnomaly } from "./move.ts";
import type { Denial, Outcome } from "./outcome.ts";
import {
  ABSENCES_FOR_PROOF,
  afterDenialHere,
  askAgainMs,
  leastDoubtMs,
  MOST_CRASHES,
  onwardAt,
  writeAgainAt,
} from "./reconcile.ts";
import { type Attempt, type MessageRecord, openAttempt } from "./record.ts";
import { retryDelayMs } from "./retry.ts";
import { isFinal, isFollowed } from "./state.ts";
import { type Terms, throttleRestMs } from "./terms.ts";

/** Kept on the record of a message that two attempts were accepted of. */
export const ACCEPTED_TWICE = "accepted twice";

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
  const account = known?.account ?? record.account;
  const isTwin = (other: Attempt): boolean =>
    event.terms.resolution === "repeat" && other.account === account;
  const same = record.attempts.find(
    (other) => other.verdict === "accepted" && (other.n === n || isTwin(other)),
  );
  if (same !== undefined) return acceptedAgain(withoutTwins(record, same, isTwin), same, outcome);
  const attempt: Attempt = {
    n,
    account,
    verdict: "accepted",
    ...(outcome.providerId === undefined ? {} : { providerId: outcome.providerId }),
    ...(outcome.batchId === undefined ? {} : { batchId: outcome.batchId }),
    ...(outcome.place === undefined ? {} : { place: outcome.place }),
  };
  const others = record.attempts.filter((other) => other.n !== n && !isTwin(other));
  let next: MessageRecord = {
    ...record,
    attempts: [...others, attempt].sort((a, b) => a.n - b.n),
    submittedAt: record.submittedAt ?? event.at,
    crashes: 0,
    ...(outcome.parts === undefined ? {} : { parts: outcome.parts }),
    ...(outcome.notice === undefined ? {} : { details: { ...record.details, notice: outcome.notice } }),
  };
  if (known === undefined) next = noteAnomaly(next, `attempt ${n} accepted after it was denied`);
  const twice = others.filter(({ verdict }) => verdict === "accepted");
  // That another account has it too is what its producer chose; it would be no choice at the same one.
  const isChosen = record.failoverAfterMs !== undefined && twice.every((other) => other.account !== account);
  if (twice.length > 0 && !isChosen) next = noteAnomaly(next, ACCEPTED_TWICE);
  const newerOnTheWire = record.state === "sending" && n !== record.attempt;
  if (isFinal(record.state) || newerOnTheWire) return next;
  const deadlineAt = event.at + event.terms.horizonMs;
  if (!isFollowed(record.state)) return taken(next, event.at, deadlineAt);
  const isHandedOn = record.failoverAfterMs !== undefined && n === record.attempt;
  return isHandedOn ? { ...next, releaseAt: onwardAt(next, event.at), deadlineAt } : next;
}

/** The provider has it. A release time has a meaning from here on only where the next account may get it as well. */
function taken(record: MessageRecord, at: number, deadlineAt: number): MessageRecord {
  const onward = record.failoverAfterMs === undefined ? {} : { releaseAt: onwardAt(record, at) };
  return move(record, "submitted", at, { reason: "ready", deadlineAt, ...onward });
}

/** The same acceptance once more, from an answer that came late or from the same reference sent again. */
function acceptedAgain(record: MessageRecord, same: Attempt, { providerId }: Accepted): MessageRecord {
  if (providerId === undefined || providerId === same.providerId) return record;
  if (same.providerId !== undefined)
    return noteAnomaly(record, `attempt ${same.n} accepted under a second id`);
  const attempts = record.attempts.map((attempt) =>
    attempt.n === same.n ? { ...attempt, providerId } : attempt,
  );
  return { ...record, attempts };
}

/** What carries the same reference to a provider that sorts that out is one message there. */
function withoutTwins(
  record: MessageRecord,
  same: Attempt,
  isTwin: (other: Attempt) => boolean,
): MessageRecord {
  const attempts = record.attempts.filter((other) => other.n === same.n || !isTwin(other));
  return attempts.length === record.attempts.length ? record : { ...record, attempts };
}

function maybeSent(record: MessageRecord, event: OutcomeEvent, leaseEnded: boolean): MessageRecord {
  const { at, attempt: n, terms, chance } = event;
  if (record.attempts.find((attempt) => attempt.n === n)?.verdict !== "open") return record;
  const next: MessageRecord = {
    ...record,
    crashes: leaseEnded ? record.crashes + 1 : 0,
    attempts: record.attempts.map((attempt) =>
      attempt.n === n ? { ...attempt, verdict: "maybeSent" } : attempt,
    ),
  };
  if (n !== record.attempt) return next;
  if (record.state === "sending")
    return settle(next, event, leaseEnded ? "lease_ended" : "no_answer") ?? next;
  // Two accounts may have it now: no third one gets it.
  if (isFollowed(record.state)) return { ...next, releaseAt: 0 };
  if (record.state !== "unconfirmed") return next;
  // What the provider did not know before this write proves nothing about it.
  return { ...next, absences: 0, releaseAt: writeAgainAt(next, at, terms, chance), updatedAt: at };
}

function notTaken(record: MessageRecord, event: OutcomeEvent, outcome: Denial): MessageRecord {
  const { at, attempt: n, terms, chance } = event;
  const known = record.attempts.find((attempt) => attempt.n === n);
  if (known === undefined) return record;
  if (known.verdict === "accepted") return noteAnomaly(record, `attempt ${n} denied after it was accepted`);
  const attempts = record.attempts.filter((attempt) => attempt.n !== n);
  const next = { ...record, attempts, crashes: 0 };
  if (record.state !== "unknown" && (isFinal(record.state) || isFollowed(record.state))) {
    if (attempts.length === 0) return noteAnomaly(next, `attempt ${n} denied after it was reported`);
    const isHandedOn = record.failoverAfterMs !== undefined && n === record.attempt;
    if (isFinal(record.state) || !isHandedOn) return next;
    return afterDenialHere(next, at, terms, chance, outcome);
  }
  if (record.state !== "sending" && record.state !== "unconfirmed") return next;
  // The last attempt decides how it goes on, once it ended and no earlier one is in doubt.
  const isLast = n === record.attempt;
  const denial = isLast ? outcome : record.denial;
  if (denial === undefined || openAttempt(next) !== undefined) return next;
  const settled = settle(next, event, "no_answer");
  if (settled === undefined) return afterProof(next, event, denial);
  if (settled.state !== "unconfirmed") return settled;
  return {
    ...settled,
    denial,
    ...(isLast ? { releaseAt: writeAgainAt(settled, at, terms, chance, denial) } : {}),
  };
}

/** The provider does not know the attempt. Said often enough, after the settling time, it is the proof that it was not taken. */
export function applyAbsence(record: MessageRecord, event: Event & { type: "absent" }): MessageRecord {
  if (record.state !== "unconfirmed" || openAttempt(record) !== undefined) return record;
  // Too early to prove anything: the attempt may not have settled, or it is the same moment that was told of twice.
  const restMs = record.absences === 0 ? event.terms.settleMs : askAgainMs(event.terms);
  if (event.at - record.updatedAt < restMs) return record;
  const absences = record.absences + 1;
  if (absences < ABSENCES_FOR_PROOF) return { ...record, absences, updatedAt: event.at };
  const attempts = record.attempts.filter(({ account }) => account !== record.account);
  const next = { ...record, attempts, absences: 0 };
  // A doubt at an earlier account of the route is none that this provider could know of.
  if (attempts.length > 0) return { ...next, updatedAt: event.at };
  if (record.crashes >= MOST_CRASHES) return move(next, "failed", event.at, { reason: "poison" });
  return afterProof(next, event, record.denial ?? { kind: "notSent", phase: "answer", detail: "absent" });
}

/** When an earlier attempt was or may have been taken, that decides, and not the end of the last one. */
function settle(
  record: MessageRecord,
  { at, terms, chance }: OutcomeEvent,
  reason: "no_answer" | "lease_ended",
): MessageRecord | undefined {
  if (record.attempts.some(({ verdict }) => verdict === "accepted")) {
    return taken(record, at, at + terms.horizonMs);
  }
  if (!record.attempts.some(({ verdict }) => verdict === "maybeSent")) return undefined;
  if (record.state === "unconfirmed") return record;
  return move(record, "unconfirmed", at, {
    reason,
    absences: 0,
    releaseAt: writeAgainAt(record, at, terms, chance),
    deadlineAt: Math.max(record.expiresAt, at + leastDoubtMs(terms)),
  });
}

/** The attempt was proven not taken: wait, try again, hold or give up. */
function afterProof(
  record: MessageRecord,
  { at, terms, chance }: Pick<OutcomeEvent, "at" | "terms" | "chance">,
  outcome: Denial,
): MessageRecord {
  const open = { deadlineAt: record.expiresAt };
  switch (outcome.kind) {
    case "throttled": {
      const releaseAt = at + throttleRestMs(outcome.retryAfterMs);
      return move(record, "queued", at, { ...open, reason: "rate", releaseAt });
    }
    case "rejected":
      return refused(record, at, terms, outcome);
    case "notSent": {
      // A frozen or draining worker gave the attempt back: that is waiting, and no failure of the message.
      if (outcome.phase === "guard") return move(record, "queued", at, { ...open, reason: "ready" });
      const spent = record.spent + 1;
      const delayMs = retryDelayMs(spent, terms.retryDelaysMs, chance);
      return delayMs === "exhausted"
        ? (failOver(record, at, outcome.phase) ??
            move(record, "failed", at, { reason: "attempts_exhausted", spent, code: outcome.phase }))
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

/**
 * The provider refused. The next account of the route may take it, unless it is the recipient who cannot or will not be reached.
 */
function refused(
  record: MessageRecord,
  at: number,
  terms: Terms,
  { scope, code }: Denial & { kind: "rejected" },
): MessageRecord {
  const onward = scope === "recipient" ? undefined : failOver(record, at, code);
  if (onward !== undefined) return onward;
  return scope === "account"
    ? hold(record, at, code, terms)
    : move(record, "rejected", at, { reason: "by_provider", code });
}
