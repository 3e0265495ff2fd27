import type { Event } from "./event.ts";
import { move, noteAnomaly } from "./move.ts";
import { onwardAt } from "./reconcile.ts";
import { acceptedAttempt, type MessageRecord, type Reason } from "./record.ts";
import type { Report } from "./report.ts";
import { isFinal, isFollowed, mayMove, type State } from "./state.ts";

type ReportEvent = Event & { type: "report" };

/** Why a message is in the state that a report ended it with. */
export const REASONS = {
  delivered: "by_network",
  read: "by_network",
  undelivered: "by_network",
  rejected: "by_provider",
  expired: "at_provider",
} as const satisfies Record<string, Reason>;

/**
 * Applies a provider's statement. What it tells beside the state (parts, cost, details) is kept in any case.
 */
export function applyReport(before: MessageRecord, event: ReportEvent): MessageRecord {
  const { report, at } = event;
  const record = withProviderId(before, report.providerId, event.attempt);
  switch (report.kind) {
    case "unmapped":
      return record.unmapped === report.word ? record : { ...record, unmapped: report.word, updatedAt: at };
    case "pending":
      return weak(record, event, "submitted");
    case "sent":
      return weak(record, event, "sent");
    case "delivered":
    case "read":
    case "undelivered":
    case "rejected":
    case "expired":
      return conclude(record, event, report.kind);
    default:
      return report.kind satisfies never;
  }
}

/** The provider has the message, or passed it on: news only where less than that was known. */
function weak(record: MessageRecord, event: ReportEvent, to: "submitted" | "sent"): MessageRecord {
  if (isFinal(record.state)) {
    return neverHadIt(record) ? noteAnomaly(record, `${to} reported after ${record.state}`) : record;
  }
  const known = withFacts(record, event);
  if (record.state === "sent" || record.state === to) return known;
  const isNews = !isFollowed(record.state);
  const deadlineAt = isNews ? event.at + event.terms.horizonMs : record.deadlineAt;
  const isChosen = isNews && record.failoverAfterMs !== undefined;
  return move(known, to, event.at, {
    reason: "ready",
    deadlineAt,
    submittedAt: record.submittedAt ?? event.at,
    ...(isChosen ? { releaseAt: onwardAt(record, event.at) } : {}),
  });
}

function conclude(record: MessageRecord, event: ReportEvent, to: keyof typeof REASONS): MessageRecord {
  const { at, report } = event;
  const { state } = record;
  if (state === to && record.reason !== "before_send") return withFacts(record, event);
  // To be read it must have been delivered: two moves of the table, told in one report.
  if (state === "unknown" && to === "read") return conclude(conclude(record, event, "delivered"), event, to);
  if (state === "read" && to === "delivered") return withFacts(record, event);
  if (isOneOfSeveral(record, event)) return failedHere(record, event, to);
  if (!mayMove(state, to)) return noteAnomaly(record, `${to} reported after ${state}`);
  return move(withFacts(record, event), to, at, {
    reason: REASONS[to],
    ...(report.code === undefined ? {} : { code: report.code }),
  });
}

/** Tells of a failure at one account while another one has or may have the message too. */
function isOneOfSeveral(record: MessageRecord, { report, attempt }: ReportEvent): boolean {
  const failed = report.kind !== "delivered" && report.kind !== "read";
  if (record.failoverAfterMs === undefined || attempt === undefined) return false;
  if (!failed || !isFollowed(record.state)) return false;
  const known = record.tentative?.attempt;
  return record.attempts.some(({ n }) => n !== attempt && n !== known);
}

/** The other account may still deliver it; if it fails as well, or never says, this is the end. */
function failedHere(
  record: MessageRecord,
  { report: { code }, attempt }: ReportEvent,
  to: keyof typeof REASONS,
): MessageRecord {
  if (attempt === undefined || to === "delivered" || to === "read") return record;
  if (record.tentative?.attempt !== undefined) return record;
  return { ...record, tentative: { state: to, attempt, ...(code === undefined ? {} : { code }) } };
}

/** Tells of a final state that, as far as we know, no provider has the message. */
function neverHadIt({ state, reason, submittedAt }: MessageRecord): boolean {
  if (submittedAt !== undefined) return false;
  const without: readonly State[] = ["canceled", "suppressed", "failed", "rejected"];
  return without.includes(state) || reason === "before_send";
}

/** The first id that anybody tells is the message's own. */
function withProviderId(
  record: MessageRecord,
  providerId: string | undefined,
  attempt: number | undefined,
): MessageRecord {
  const asked = record.attempts.find(({ n, verdict }) => n === attempt && verdict === "accepted");
  const accepted = asked ?? acceptedAttempt(record);
  if (accepted === undefined || providerId === undefined || accepted.providerId === providerId) return record;
  if (accepted.providerId !== undefined) return noteAnomaly(record, "reported under a second id");
  const attempts = record.attempts.map((one) => (one === accepted ? { ...one, providerId } : one));
  return { ...record, attempts };
}

/** What a report tells beside the state. The same record comes back when it tells nothing new. */
function withFacts(record: MessageRecord, { report, terms }: ReportEvent): MessageRecord {
  const details = { ...record.details, ...report.details };
  const tentative = record.tentative ?? tentativeOf(report);
  const news =
    (report.parts !== undefined && report.parts !== record.parts) ||
    (report.cost !== undefined && report.cost !== record.cost) ||
    tentative !== record.tentative ||
    Object.entries(details).some(([key, value]) => record.details?.[key] !== value);
  if (!news) return record;
  return {
    ...record,
    ...(report.parts === undefined ? {} : { parts: report.parts }),
    ...(report.cost === undefined ? {} : { cost: report.cost }),
    ...(report.cost === undefined || terms.currency === undefined ? {} : { currency: terms.currency }),
    ...(report.details === undefined ? {} : { details }),
    ...(tentative === undefined ? {} : { tentative }),
  };
}

function tentativeOf({ tentative: state, code }: Report): MessageRecord["tentative"] {
  return state && { state, ...(code === undefined ? {} : { code }) };
}
