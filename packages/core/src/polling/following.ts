import type { MessageRecord } from "../record.ts";
import { dueScore, exactScore } from "./due-score.ts";
import { type Learned, nextGapMs } from "./gap.ts";
import type { PollTerms } from "./poll-terms.ts";

/** How an account's messages are followed, and what it has taught so far. */
export interface Following {
  readonly poll: PollTerms;
  /** What is known of messages that go the way of this one. */
  learnedOf(record: MessageRecord): Learned;
}

const AFTER_DEADLINE_MS = 60_000;

/**
 * The score, in the due index, of the next look at a message that its provider has: just accepted, or just seen pending. `group` is
 * how many are asked about as a whole with it, itself included. Undefined once its time is over.
 */
export function nextLook(
  record: MessageRecord,
  at: number,
  { poll, learnedOf }: Following,
  chance: number,
  group?: number,
): number | undefined {
  const { priority: lane, updatedAt, submittedAt = updatedAt } = record;
  const ageMs = Math.max(0, at - submittedAt);
  const gapMs = nextGapMs({ ageMs, lane, group }, poll, learnedOf(record), chance);
  // After the last look only the deadline is waited for; beyond it, somebody should have noticed that.
  if (gapMs === undefined)
    return record.deadlineAt > at ? exactScore(record.deadlineAt + AFTER_DEADLINE_MS) : undefined;
  // The last look waits for no company.
  return ageMs + gapMs >= poll.horizonMs ? exactScore(at + gapMs) : dueScore(at + gapMs, gapMs);
}
