import { type CheckBounds, checkGapMs } from "./check-schedule.ts";
import { acceptedAttempt, type MessageRecord } from "./record.ts";
import { isFinal } from "./state.ts";
import type { Terms } from "./terms.ts";

/**
 * When a change first makes it worth asking the provider about the message: some time after it took it, or after the settling
 * time where it can be asked about what is in doubt. Undefined when the change brings no such need.
 */
export function firstAskAt(
  before: MessageRecord,
  after: MessageRecord,
  at: number,
  terms: Terms,
  bounds: CheckBounds,
): number | undefined {
  if (acceptedAttempt(after) !== undefined && acceptedAttempt(before) === undefined) {
    // Of a message that had ended as unknown too: the late acceptance is the way to the truth.
    return !isFinal(after.state) || after.state === "unknown" ? at + checkGapMs(0, bounds) : undefined;
  }
  const isNewDoubt = after.state === "unconfirmed" && doubtsHere(after) > doubtsHere(before);
  return terms.resolution === "ask" && isNewDoubt ? at + terms.settleMs : undefined;
}

/** How many attempts at the account in use are in doubt. */
export function doubtsHere({ attempts, account }: MessageRecord): number {
  return attempts.filter((attempt) => attempt.account === account && attempt.verdict === "maybeSent").length;
}
