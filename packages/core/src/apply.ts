import { applyAbsence, applyOutcome } from "./apply-outcome.ts";
import { applyReport, REASONS } from "./apply-report.ts";
import type { Event } from "./event.ts";
import { failOver, hold, move } from "./move.ts";
import { handedOn, isHandedOn, isToBeWrittenAgain, MOST_CRASHES, mayBegin, wasHere } from "./reconcile.ts";
import { type MessageRecord, nextAccount, openAttempt } from "./record.ts";
import { isFinal, isFollowed } from "./state.ts";
import type { Terms } from "./terms.ts";

/**
 * The one place where a message changes: a pure function. The same record comes back when the event changes
 * nothing, so a repeated event is harmless and needs no write.
 *
 * Evidence (outcomes and reports) ends in the same state in every order: non-final evidence is ranked, a
 * final statement wins over every non-final one, and of two final statements that contradict one another the
 * first stands and the other becomes an anomaly.
 */
export function apply(record: MessageRecord, event: Event): MessageRecord {
  switch (event.type) {
    case "begin":
      return begin(record, event);
    case "outcome":
      return applyOutcome(record, event);
    case "report":
      return applyReport(record, event);
    case "absent":
      return applyAbsence(record, event);
    case "checked":
      if (isFinal(record.state)) return record;
      return { ...record, checks: record.checks + 1, ...(event.answered ? { checkedAt: event.at } : {}) };
    case "timer":
      return passTime(record, event);
    case "drive":
      return record.state === "queued" || isToBeWrittenAgain(record)
        ? {
            ...record,
            jobId: event.jobId,
            drivenAt: event.at,
            releaseAt: Math.min(record.releaseAt, event.at),
          }
        : record;
    case "cancel":
      return record.state === "queued" || record.state === "held"
        ? move(record, "canceled", event.at, { reason: "by_producer" })
        : record;
    case "hold":
      if (isToBeWrittenAgain(record)) return postpone(record, event.at, event.terms);
      return record.state === "queued" ? hold(record, event.at, event.code, event.terms) : record;
    case "suppress":
      // What may have been sent stays in doubt, and is not written once more.
      if (isToBeWrittenAgain(record)) return { ...record, releaseAt: 0 };
      return record.state === "queued" || record.state === "held"
        ? move(record, "suppressed", event.at, { reason: "stop_list", code: event.list })
        : record;
    case "release":
      return record.state === "held"
        ? move(record, "queued", event.at, { reason: "retry", releaseAt: event.at })
        : record;
    case "suspect":
      return suspect(record, event);
    case "erase":
      return isFinal(record.state) ? erase(record) : record;
    default:
      return event satisfies never;
  }
}

function begin(record: MessageRecord, event: Event & { type: "begin" }): MessageRecord {
  const { at, owner, terms, reference } = event;
  if (!mayBegin(record, at)) return record;
  if (record.expiresAt <= at) return move(record, "expired", at, { reason: "before_send" });
  const n = record.attempt + 1;
  const begun: Partial<MessageRecord> = {
    attempt: n,
    owner,
    attempts: [...record.attempts, { n, account: record.account, verdict: "open" }],
    ...(reference === undefined ? {} : { references: { [record.account]: reference, ...record.references } }),
  };
  const leaseEndsAt = at + terms.leaseMs;
  // What was in doubt stays in doubt while it is written again, and what a provider has stays with it.
  return record.state === "unconfirmed" || isFollowed(record.state)
    ? { ...record, ...begun, releaseAt: leaseEndsAt, updatedAt: at }
    : move(record, "sending", at, { ...begun, reason: "ready", deadlineAt: leaseEndsAt });
}

function passTime(record: MessageRecord, event: Event & { type: "timer" }): MessageRecord {
  const { at, terms } = event;
  const ended = record.deadlineAt <= at;
  switch (record.state) {
    case "queued":
      return ended ? move(record, "expired", at, { reason: "before_send" }) : record;
    case "held":
      if (ended) return move(record, "expired", at, { reason: "before_send" });
      return record.releaseAt > at ? record : (failOver(record, at) ?? record);
    case "sending":
      return ended ? endLease(record, at, terms) : record;
    case "unconfirmed":
      if (ended) return move(record, "unknown", at, { reason: "never_confirmed" });
      if (record.releaseAt === 0 || record.releaseAt > at) return record;
      return openAttempt(record) === undefined ? onward(record, at, terms) : endLease(record, at, terms);
    case "submitted":
    case "sent":
      return ended ? atHorizon(record, at) : goOn(record, at, terms);
    default:
      return record;
  }
}

/** Whoever held the lease is dead or frozen: the request may be on the wire, and nobody can say. */
function endLease(record: MessageRecord, at: number, terms: Terms): MessageRecord {
  return applyOutcome(record, {
    type: "outcome",
    at,
    attempt: record.attempt,
    outcome: { kind: "maybeSent", phase: "answer", evidence: "lease_ended" },
    terms,
    chance: 0,
  });
}

/** A message that is to be written a second time in doubt goes to the next account of its route, if there is one. */
function onward(record: MessageRecord, at: number, { resolution }: Terms): MessageRecord {
  const account = nextAccount(record);
  const here = record.attempts.some((attempt) => attempt.account === record.account);
  if (resolution === "repeat" || !here || account === undefined) return record;
  return { ...record, account, spent: 0, releaseAt: at, updatedAt: at };
}

/** Without a final report in time, and only where its producer wants that, a message goes on to the next account. */
function goOn(record: MessageRecord, at: number, terms: Terms): MessageRecord {
  if (!isHandedOn(record) || record.releaseAt > at) return record;
  if (openAttempt(record) !== undefined) return endLease(record, at, terms);
  if (record.expiresAt <= at) return { ...record, releaseAt: 0 };
  return wasHere(record) ? handedOn(record, at) : record;
}

/** What is in doubt stays in doubt while its account is at fault, and comes again after the settling time. */
function postpone(record: MessageRecord, at: number, { settleMs }: Terms): MessageRecord {
  const againAt = at + settleMs;
  return { ...record, releaseAt: againAt < record.expiresAt ? againAt : 0 };
}

function suspect(record: MessageRecord, { at, owner, by }: Event & { type: "suspect" }): MessageRecord {
  const marks = record.owner?.split(" ") ?? [];
  const isMarked = marks.includes(owner);
  if (by === -1) {
    if (!isMarked || isFinal(record.state)) return record;
    // Somebody else may have it in hand by now: whoever was only slow is not counted among the dead.
    const { owner: _, ...rest } = record;
    const others = marks.filter((mark) => mark !== owner).join(" ");
    return { ...rest, ...(others === "" ? {} : { owner: others }), crashes: Math.max(0, record.crashes - 1) };
  }
  // A mark that is recorded twice, because an answer got lost, counts once.
  if (isMarked || record.state !== "queued") return record;
  // The count is of those who died; the one who looks now is not among them.
  return record.crashes >= MOST_CRASHES
    ? move(record, "failed", at, { reason: "poison" })
    : {
        ...record,
        crashes: record.crashes + 1,
        owner: [...(record.crashes === 0 ? [] : marks), owner].join(" "),
      };
}

/** Nothing final was reported; a failure that could still have been followed by a delivery was the last word then. */
function atHorizon(record: MessageRecord, at: number): MessageRecord {
  const { tentative } = record;
  if (tentative === undefined) return move(record, "unknown", at, { reason: "never_reported" });
  const { state, ...code } = tentative;
  const { attempt: _, ...facts } = code;
  return move(record, state, at, { reason: REASONS[state], ...facts });
}

function erase(record: MessageRecord): MessageRecord {
  if (record.content === undefined) return record;
  const { content: _, ...rest } = record;
  return rest;
}
