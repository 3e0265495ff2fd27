import { exactScore } from "./polling/due-score.ts";
import { type Following, nextLook } from "./polling/following.ts";
import { doubtsHere, type Question, questionAbout } from "./question.ts";
import { askedAccount, type MessageRecord } from "./record.ts";
import type { Terms } from "./terms.ts";

/** When a message is first asked about, and how it is followed. `chance` lies in [0, 1). */
interface Now {
  readonly at: number;
  readonly terms: Terms;
  readonly following: Following;
  readonly chance: number;
}

/**
 * The score in the due index when a change first makes it worth asking the provider about the message: some time after it took it,
 * or after the settling time where it can be asked about what is in doubt. Undefined when the change brings no such need.
 */
export function firstAskAt(
  before: MessageRecord,
  after: MessageRecord,
  { at, terms, following, chance }: Now,
): number | undefined {
  const question = questionOf(after, terms);
  const earlier = askedAccount(before) === askedAccount(after) ? questionOf(before, terms) : undefined;
  const isNew = earlier?.kind !== question?.kind;
  switch (question?.kind) {
    case "status":
      return isNew ? nextLook(after, at, following, chance) : undefined;
    case "lookup":
      return isNew || doubtsHere(after) > doubtsHere(before) ? exactScore(at + terms.settleMs) : undefined;
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
