import { apply } from "./apply.ts";
import { isHandedOn, isToBeWrittenAgain, mayBegin } from "./reconcile.ts";
import { type MessageRecord, openAttempt } from "./record.ts";
import { isFinal } from "./state.ts";
import type { Terms } from "./terms.ts";

/**
 * A waiting message whose work order was not seen working is looked after again, at first after this time.
 */
export const REDRIVE_MIN_MS = 30_000;
const REDRIVE_MAX_MS = 3_600_000;

/**
 * When the sweeper must look at the record next, or undefined when never. This is the only clock of a
 * message: releases, leases, deadlines and lost work orders are all found through it, without the queue's
 * help.
 */
export function nextTimerAt(record: MessageRecord): number | undefined {
  switch (record.state) {
    case "queued":
      return Math.min(record.deadlineAt, Math.max(record.releaseAt, redriveAt(record)));
    case "held":
      return Math.min(record.deadlineAt, record.releaseAt);
    case "unconfirmed":
      return Math.min(record.deadlineAt, againAt(record));
    case "submitted":
    case "sent":
      return Math.min(record.deadlineAt, onwardTimerAt(record));
    case "sending":
      return record.deadlineAt;
    default:
      return undefined;
  }
}

/** Of an unconfirmed message: when its attempt on the wire loses its lease, or when it is to be written again. */
function againAt(record: MessageRecord): number {
  if (openAttempt(record) !== undefined) return record.releaseAt;
  const at = isToBeWrittenAgain(record) ? Math.max(record.releaseAt, redriveAt(record)) : record.deadlineAt;
  return at < record.expiresAt ? at : record.deadlineAt;
}

/** Of a message that its provider has: when it goes on to the next account, or when that attempt loses its lease. */
function onwardTimerAt(record: MessageRecord): number {
  if (!isHandedOn(record)) return record.deadlineAt;
  return isToBeWrittenAgain(record) ? Math.max(record.releaseAt, redriveAt(record)) : record.releaseAt;
}

/** Looks come less often as the message waits longer, so that a long backlog costs little. */
function redriveAt({ releaseAt, drivenAt, acceptedAt }: MessageRecord): number {
  if (drivenAt === 0 || drivenAt < releaseAt) return releaseAt;
  return drivenAt + Math.min(Math.max(drivenAt - acceptedAt, REDRIVE_MIN_MS), REDRIVE_MAX_MS);
}

/** What a due timer asks for: a change of the record, or a work order for a message that is free to go. */
export type TimerDecision =
  | { readonly kind: "change"; readonly record: MessageRecord }
  | { readonly kind: "drive" }
  | { readonly kind: "nothing" };

/** Decides what a record needs now that its timer fired. */
export function onTimer(record: MessageRecord, at: number, terms: Terms): TimerDecision {
  const after = apply(record, { type: isFinal(record.state) ? "erase" : "timer", at, terms });
  if (after !== record) return { kind: "change", record: after };
  if (mayBegin(record, at) && redriveAt(record) <= at) return { kind: "drive" };
  return { kind: "nothing" };
}

/** 60 bits of an id that is by chance: together with the millisecond enough, and every record keeps it. */
const NAMED_BY = 12;

/** Work orders of a message are named after it and the time, so that the same one is never added twice. */
export function sendJobId(id: string, at: number): string {
  return `s-${id.slice(-NAMED_BY)}-${at.toString(36)}`;
}

/** When the text of a final message must be gone: at once, or after the configured time. */
export function eraseAt(record: MessageRecord, textMs: number): number | undefined {
  if (!isFinal(record.state) || record.content === undefined || record.finalAt === undefined)
    return undefined;
  return record.finalAt + textMs;
}
