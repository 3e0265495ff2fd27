import type { Denial } from "./outcome.ts";
import { type MessageRecord, nextAccount, openAttempt } from "./record.ts";
import { retryDelayMs } from "./retry.ts";
import { isFollowed } from "./state.ts";
import { type Terms, throttleRestMs } from "./terms.ts";

/** A message over which so many processes died in a row is left alone: more than a bad day's chance may have hit. */
export const MOST_CRASHES = 8;

/** So often in a row the provider must not know a reference until the message counts as not taken. */
export const ABSENCES_FOR_PROOF = 2;

/** Tells whether the message may be written now: for the first time, again after proof, or again in doubt as its terms allow. */
export function mayBegin(record: MessageRecord, at: number): boolean {
  if (record.releaseAt > at) return false;
  if (record.state === "queued") return true;
  return isToBeWrittenAgain(record) && record.expiresAt > at;
}

/** Tells of a message that was or may have been taken that it waits to be written again. */
export function isToBeWrittenAgain(record: MessageRecord): boolean {
  if (record.releaseAt === 0 || openAttempt(record) !== undefined) return false;
  return record.state === "unconfirmed" || (isHandedOn(record) && !wasHere(record));
}

/** Tells of a message that its provider has whether it may go on to the next account all the same: its producer chose that. */
export function isHandedOn({ state, failoverAfterMs, releaseAt }: MessageRecord): boolean {
  return isFollowed(state) && failoverAfterMs !== undefined && releaseAt > 0;
}

/** Tells whether the account in use has or may have the message. */
export function wasHere({ attempts, account }: MessageRecord): boolean {
  return attempts.some((attempt) => attempt.account === account);
}

/**
 * When a message that its provider has from `at` on goes on to the next account without a final report; 0 when it does not. One
 * that is known by a report alone stays where it is: the answer to its request may still come.
 */
export function onwardAt(record: MessageRecord, at: number): number {
  const { attempts, account, failoverAfterMs } = record;
  const isHere = attempts.some((one) => one.account === account && one.verdict === "accepted");
  if (failoverAfterMs === undefined || !isHere || nextAccount(record) === undefined) return 0;
  return before(record.expiresAt, at + failoverAfterMs);
}

/** The message handed to the next account of its route, while an earlier one has it. */
export function handedOn(record: MessageRecord, at: number): MessageRecord {
  const account = nextAccount(record);
  if (account === undefined) return { ...record, releaseAt: 0 };
  return { ...record, account, spent: 0, releaseAt: before(record.expiresAt, at), updatedAt: at };
}

/** What becomes of a message that an earlier account has when the one in use did not take it. */
export function afterDenialHere(
  record: MessageRecord,
  at: number,
  terms: Terms,
  chance: number,
  denial: Denial,
): MessageRecord {
  switch (denial.kind) {
    case "throttled":
      return { ...record, releaseAt: before(record.expiresAt, at + throttleRestMs(denial.retryAfterMs)) };
    case "rejected":
      return denial.scope === "recipient" ? { ...record, releaseAt: 0 } : handedOn(record, at);
    case "notSent": {
      if (denial.phase === "guard") return { ...record, releaseAt: before(record.expiresAt, at) };
      const spent = record.spent + 1;
      const delayMs = retryDelayMs(spent, terms.retryDelaysMs, chance);
      if (delayMs === "exhausted") return handedOn(record, at);
      return { ...record, spent, releaseAt: before(record.expiresAt, at + delayMs) };
    }
    default:
      return denial satisfies never;
  }
}

function before(expiresAt: number, at: number): number {
  return at < expiresAt ? at : 0;
}

/**
 * When a message in doubt may be written again; 0 when it may not. The same reference again is no second message where the
 * provider sorts that out. Elsewhere it may be one: the producer must have asked for it, it happens once, and only after the
 * provider was asked in vain where it can be asked. `denial`: how the last attempt was refused, which proves nothing of an
 * earlier one.
 */
export function writeAgainAt(
  record: MessageRecord,
  at: number,
  terms: Terms,
  chance: number,
  denial?: Denial,
): number {
  const doubts = record.attempts.filter(({ verdict }) => verdict !== "accepted").length;
  const resends = record.onUnknown === "resend" && doubts < 2;
  if (record.crashes >= MOST_CRASHES || !(terms.resolution === "repeat" || resends)) return 0;
  const settledMs = terms.resolution === "ask" ? askedUntilMs(terms) : terms.settleMs;
  const waitMs = denial === undefined ? settledMs : afterDenialMs(record, terms, chance, denial);
  const againAt = at + waitMs;
  return againAt < record.expiresAt ? againAt : 0;
}

function afterDenialMs(record: MessageRecord, terms: Terms, chance: number, denial: Denial): number {
  switch (denial.kind) {
    case "throttled":
      return throttleRestMs(denial.retryAfterMs);
    case "rejected":
      // An account that is at fault is mended; a message that is refused is refused again.
      return denial.scope === "account" ? terms.settleMs : Number.POSITIVE_INFINITY;
    case "notSent": {
      if (denial.phase === "guard") return 0;
      const delayMs = retryDelayMs(record.spent + 1, terms.retryDelaysMs, chance);
      return delayMs === "exhausted" ? Number.POSITIVE_INFINITY : delayMs;
    }
    default:
      return denial satisfies never;
  }
}

/** Pause between two questions by our reference. */
export function askAgainMs({ settleMs }: Terms): number {
  return Math.ceil(settleMs / 4);
}

/** How long a provider that can be asked is asked at least. */
function askedUntilMs({ settleMs }: Terms): number {
  return 3 * settleMs;
}

/** How long a message stays unconfirmed at least, so that what can be found out is found out. */
export function leastDoubtMs(terms: Terms): number {
  return terms.resolution === "ask" ? askedUntilMs(terms) : terms.settleMs;
}
