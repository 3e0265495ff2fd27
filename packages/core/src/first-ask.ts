import { type CheckBounds, checkGapMs } from "./check-schedule.ts";
import { doubtsHere, type Question, questionAbout } from "./question.ts";
import { askedAccount, type MessageRecord } from "./record.ts";
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
  const question = questionOf(after, terms);
  const earlier = askedAccount(before) === askedAccount(after) ? questionOf(before, terms) : undefined;
  const isNew = earlier?.kind !== question?.kind;
  switch (question?.kind) {
    case "status":
      return isNew ? at + checkGapMs(0, bounds) : undefined;
    case "lookup":
      return isNew || doubtsHere(after) > doubtsHere(before) ? at + terms.settleMs : undefined;
    case undefined:
      return undefined;
    default:
      return question satisfies never;
  }
}

function questionOf(record: MessageRecord, { resolution }: Terms): Question | undefined {
  const lookup = resolution === "ask" ? "byReference" : "none";
  return questionAbout(record, { name: askedAccount(record), lookup });
}
