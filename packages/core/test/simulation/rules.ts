import { stepsOf } from "../../src/history.ts";
import { mend } from "../../src/mend.ts";
import { type Attempt, askedAccount, type MessageRecord, openAttempt } from "../../src/record.ts";
import { isFinal, isFollowed, type State } from "../../src/state.ts";
import { checkEnd } from "./end-rules.ts";
import { LEASE_MS } from "./plan.ts";
import type { Cause } from "./store.ts";
import { fail } from "./violation.ts";
import type { World } from "./world.ts";

/** What later evidence may make of a final state (rule 2). */
const CORRECTIONS: ReadonlySet<string> = new Set([
  "delivered read",
  "unknown delivered",
  "unknown read",
  "unknown undelivered",
  "unknown expired",
  "unknown rejected",
]);

/** The provider has it: from here no way leads back to where it would be written again. */
const ONWARD: Readonly<Partial<Record<State, readonly State[]>>> = {
  submitted: ["sent", "delivered", "read", "undelivered", "rejected", "expired", "unknown"],
  sent: ["delivered", "read", "undelivered", "rejected", "expired", "unknown"],
};

/** Checks that a change of a record keeps what every change must keep. */
export function checkChange(
  world: World,
  before: MessageRecord,
  after: MessageRecord,
  cause: Cause,
  timerAt: number | undefined,
): void {
  const { state } = after;
  const moved = before.state !== state;
  if (moved && isFinal(before.state) && !CORRECTIONS.has(`${before.state} ${state}`))
    fail(after, `a final state moved from ${before.state} to ${state}`);
  if (moved && ONWARD[before.state]?.includes(state) === false)
    fail(after, `the state fell back from ${before.state} to ${state}`);
  if (moved && before.state === "unconfirmed") checkDoubtLeft(world, before, after, cause);
  checkCounts(before, after, cause);
  checkNothingForgotten(world, before, after);
  if (moved && isFinal(state)) checkHistory(world, after);
  if (cause === "timer") checkLease(world, before, after);
  if (!isFinal(state)) checkDeadline(world, after, timerAt);
  else if (moved) checkEnd(world, after);
}

/** Rule 3: time alone ends a doubt only at its deadline, and only as unknown. */
function checkDoubtLeft(world: World, before: MessageRecord, after: MessageRecord, cause: Cause): void {
  if (cause === "outcome" || cause === "finding" || cause === "push") return;
  const isOver = cause === "timer" && before.deadlineAt <= world.agenda.now() && after.state === "unknown";
  if (!isOver) fail(after, `${cause} led from unconfirmed to ${after.state}`);
}

/** Rule 4, and that attempts are begun one at a time. */
function checkCounts(before: MessageRecord, after: MessageRecord, cause: Cause): void {
  if (after.attempt !== before.attempt && !(cause === "begin" && after.attempt === before.attempt + 1))
    fail(after, "an attempt was counted that was not begun");
  const isWaiting = after.reason === "rate" || after.reason === "ready";
  const mayNotSpend = (isWaiting && !isFollowed(after.state)) || after.state === "held";
  if (after.spent > before.spent && (mayNotSpend || !(cause === "outcome" || cause === "finding")))
    fail(after, "waiting spent an attempt");
  if (after.attempts.filter(({ verdict }) => verdict === "open").length > 1)
    fail(after, "two attempts are on the wire");
}

/** An attempt that was taken stays on the record; one that may have been taken, until it is known that it was not. */
function checkNothingForgotten(world: World, before: MessageRecord, after: MessageRecord): void {
  if (before.attempts === after.attempts) return;
  const kept = new Set(after.attempts.map(({ n }) => n));
  const truth = world.ledger.of(after.id);
  for (const attempt of before.attempts) {
    if (kept.has(attempt.n) || isMerged(world, attempt, after)) continue;
    if (attempt.verdict === "accepted") fail(after, `the acceptance of attempt ${attempt.n} was forgotten`);
    const wasTaken = truth.acceptances.some(
      ({ n, account }) => n === attempt.n && account === attempt.account,
    );
    if (wasTaken && !world.isExcused(after.id))
      fail(after, `attempt ${attempt.n} was taken, and is forgotten`);
  }
}

/** What carries the same reference to a provider that sorts that out is one message there. */
function isMerged(world: World, { account }: Attempt, after: MessageRecord): boolean {
  const isRepeat = world.accountOf(account).terms.resolution === "repeat";
  return isRepeat && after.attempts.some((other) => other.account === account);
}

/** How far the clocks of two processes may be apart. */
const MOST_SKEW_MS = 50;

/**
 * The last step of the history is this state, and what was waited for is all the time that passed: until it happened, or until
 * a later thing that was recorded before it.
 */
function checkHistory(world: World, after: MessageRecord): void {
  const steps = stepsOf(after.history);
  const last = steps.at(-1);
  if (last?.state !== after.state || last.reason !== after.reason)
    fail(after, `the history ends with ${last?.state} (${last?.reason})`);
  const waitedMs = steps.flatMap(({ waits }) => waits).reduce((sum, { ms }) => sum + ms, 0);
  const toldAt = after.acceptedAt + waitedMs;
  if (toldAt < after.updatedAt || toldAt > world.agenda.now() + MOST_SKEW_MS)
    fail(after, `the history ends at ${toldAt}, the state began at ${after.updatedAt}`);
}

function checkLease(world: World, before: MessageRecord, after: MessageRecord): void {
  const open = openAttempt(before);
  if (open === undefined || openAttempt(after)?.n === open.n) return;
  const truth = world.ledger.of(after.id);
  truth.deaths += 1;
  if (world.agenda.now() < truth.begunAt + LEASE_MS) fail(after, "a timer ended a live lease");
}

/** Rule 5. */
function checkDeadline(world: World, after: MessageRecord, timerAt: number | undefined): void {
  const { deadlineAt, state, expiresAt } = after;
  const now = world.agenda.now();
  const { horizonMs } = world.accountOf(after.account).terms;
  const latest =
    state === "queued" || state === "held"
      ? expiresAt
      : state === "sending"
        ? now + LEASE_MS
        : Math.max(expiresAt, now) + horizonMs;
  if (!(deadlineAt > 0 && deadlineAt <= latest)) fail(after, `${state} has no deadline (${deadlineAt})`);
  if (timerAt === undefined || timerAt > deadlineAt) fail(after, `nobody looks at ${state} at its deadline`);
  if (world.plan.losesIndexes) return;
  const asked = world.accountOf(askedAccount(after));
  if (mend(after, world.store.entriesOf(after), asked, now, 0) !== undefined)
    fail(after, `an index entry of ${state} is missing`);
}
