import { applyOutcome } from "./apply-outcome.ts";
import { applyReport } from "./apply-report.ts";
import type { Event } from "./event.ts";
import { move } from "./move.ts";
import type { MessageRecord } from "./record.ts";
import { isFinal } from "./state.ts";

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
    case "checked":
      return isFinal(record.state) ? record : { ...record, checks: record.checks + 1 };
    case "timer":
      return passTime(record, event);
    case "drive":
      return record.state === "queued"
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
    case "erase":
      return isFinal(record.state) ? erase(record) : record;
    default:
      return event satisfies never;
  }
}

function begin(record: MessageRecord, event: Event & { type: "begin" }): MessageRecord {
  const { at, owner, terms, reference } = event;
  if (record.state !== "queued" || record.releaseAt > at) return record;
  if (record.expiresAt <= at) return move(record, "expired", at, { reason: "before_send" });
  const n = record.attempt + 1;
  return move(record, "sending", at, {
    reason: "ready",
    attempt: n,
    owner,
    deadlineAt: at + terms.leaseMs,
    attempts: [...record.attempts, { n, account: record.account, verdict: "open" }],
    ...(reference === undefined ? {} : { references: { [record.account]: reference, ...record.references } }),
  });
}

function passTime(record: MessageRecord, event: Event & { type: "timer" }): MessageRecord {
  const { at, terms } = event;
  const ended = record.deadlineAt <= at;
  switch (record.state) {
    case "queued":
      return ended ? move(record, "expired", at, { reason: "before_send" }) : record;
    case "held":
      if (ended) return move(record, "expired", at, { reason: "before_send" });
      if (record.releaseAt > at) return record;
      return move(record, "queued", at, { reason: "retry", deadlineAt: record.expiresAt });
    case "sending":
      // Whoever held the lease is dead or frozen: the request may be on the wire, and nobody can say.
      if (!ended) return record;
      return applyOutcome(record, {
        type: "outcome",
        at,
        attempt: record.attempt,
        outcome: { kind: "maybeSent", phase: "answer", evidence: "lease_ended" },
        terms,
        chance: 0,
      });
    case "unconfirmed":
      return ended ? move(record, "unknown", at, { reason: "never_confirmed" }) : record;
    case "submitted":
    case "sent":
      return ended ? move(record, "unknown", at, { reason: "never_reported" }) : record;
    default:
      return record;
  }
}

function erase(record: MessageRecord): MessageRecord {
  if (record.content === undefined) return record;
  const { content: _, ...rest } = record;
  return rest;
}
