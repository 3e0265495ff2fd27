import type { IndexedChange } from "./index-moves.ts";
import { dueScore } from "./polling/due-score.ts";
import { type AskedAccount, questionAbout } from "./question.ts";
import type { MessageRecord } from "./record.ts";

/** Which index entries of a message there are. */
export interface IndexEntries {
  readonly timer: boolean;
  readonly due: boolean;
  readonly held: boolean;
}

/** What is due again after its entry was lost is spread over this time, and not asked about all at once. */
const SPREAD_MS = 60_000;

/**
 * The change that gives an open message back what it lacks to come to its end: a timer, and what its state needs beside it.
 * Undefined when it has everything. `asked` is the account that its provider is asked through; `chance` lies in [0, 1).
 */
export function mend(
  record: MessageRecord,
  has: IndexEntries,
  asked: AskedAccount,
  at: number,
  chance: number,
): (IndexedChange & { readonly after: MessageRecord }) | undefined {
  const isPlaced = record.state !== "held" || has.held;
  // Past its deadline it is not asked about any more: its timer ends it.
  const isDue = has.due || record.deadlineAt <= at || questionAbout(record, asked) === undefined;
  if (has.timer && isPlaced && isDue) return undefined;
  // As if it had waited for all of that time: what is due together shares requests.
  const dueAt = isDue ? undefined : dueScore(at + Math.ceil(chance * SPREAD_MS), SPREAD_MS);
  return { before: record, after: record, reindexes: true, dueAt };
}
