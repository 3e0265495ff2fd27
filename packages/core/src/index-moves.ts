import { apply } from "./apply.ts";
import { withStep } from "./history.ts";
import type { Priority } from "./message.ts";
import type { MessageRecord } from "./record.ts";
import { isFinal, isFollowed } from "./state.ts";
import { eraseAt, nextTimerAt } from "./timer.ts";

/** What a change does to the indexes a record stands in: sets its score, leaves it as it is, or removes it. */
export interface IndexMoves {
  /** When the sweeper must look at it. */
  readonly timer: number | "remove";
  /** When to ask the provider about it. */
  readonly due: number | "leave" | "remove";
  /** Its place among the held messages of its account. */
  readonly held: number | "leave" | "remove";
}

/** The record as a change writes it: the next revision, its history, and without a text that nobody may read any longer. */
export function writtenRecord(
  before: MessageRecord,
  after: MessageRecord,
  textMs: number,
  at: number,
  limitedMs?: number,
): MessageRecord {
  const next = before === after ? after : nextRevision(before, after, at, limitedMs);
  const erase = eraseAt(next, textMs);
  return erase !== undefined && erase <= at ? apply(next, { type: "erase", at }) : next;
}

function nextRevision(
  before: MessageRecord,
  after: MessageRecord,
  at: number,
  limitedMs?: number,
): MessageRecord {
  const revision = before.revision + 1;
  const history = withStep(before, after, at, limitedMs);
  return history === undefined ? { ...after, revision } : { ...after, revision, history };
}

/** What index entries depend on beside the record that is written. */
export interface IndexedChange {
  readonly before: MessageRecord;
  /** When to ask the provider next; without it that stays as it is. */
  readonly dueAt?: number | undefined;
  /** Every other entry is set again, lost or not. */
  readonly reindexes?: boolean;
}

/** Decides the index entries that are written in the same step as the record. */
export function indexMoves(
  { before, dueAt, reindexes = false }: IndexedChange,
  written: MessageRecord,
  textMs: number,
): IndexMoves {
  const { state } = written;
  const timerAt = isFinal(state) ? eraseAt(written, textMs) : nextTimerAt(written);
  // Of a message that ended as unknown, the provider can still be asked: it is only kept due on purpose.
  const asks = isFollowed(state) || ((state === "unknown" || state === "unconfirmed") && dueAt !== undefined);
  const stays = state === "unconfirmed" && before.state === "unconfirmed";
  const isPlaced = before.state === "held" && !reindexes;
  return {
    timer: timerAt ?? "remove",
    due: asks ? (dueAt ?? "leave") : stays ? "leave" : "remove",
    held: state === "held" ? (isPlaced ? "leave" : heldPlace(written)) : "remove",
  };
}

const LANES: Readonly<Record<Priority, number>> = { urgent: 0, normal: 1, bulk: 2 };

/** More than any time in milliseconds, and far below what a score holds exactly. */
const LANE_WIDTH = 1e13;

/** The place of a held message: urgent ones first, within a lane in the order of their acceptance. */
function heldPlace({ priority, acceptedAt }: MessageRecord): number {
  return LANES[priority] * LANE_WIDTH + acceptedAt;
}
