import { ACCEPTED_TWICE } from "../../src/apply-outcome.ts";
import { acceptedAttempt, type MessageRecord } from "../../src/record.ts";
import { isFinal } from "../../src/state.ts";
import { checkEnd } from "./end-rules.ts";
import type { Truth } from "./ledger.ts";
import { fail } from "./violation.ts";
import type { World } from "./world.ts";

/** Checks what must hold when nothing happens any more. */
export function checkConverged(world: World): void {
  const { plan, store, ledger } = world;
  for (const { id } of plan.messages) {
    const truth = ledger.of(id);
    const record = store.load(id);
    if (record === undefined) {
      if (truth.acknowledgedAt !== undefined) fail({ id }, "was taken over and is gone");
      continue;
    }
    if (isFinal(record.state)) checkEnd(world, record);
    checkTwice(record, truth);
    if (plan.mode === "liveness") checkLive(world, record, truth);
  }
}

/** A second acceptance that anybody heard of is on the record. */
function checkTwice(record: MessageRecord, { told }: Truth): void {
  const isVisible = record.anomalies.some(
    (anomaly) => anomaly === ACCEPTED_TWICE || anomaly.includes("accepted"),
  );
  const accepted = record.attempts.filter(({ verdict }) => verdict === "accepted");
  const isChosen = record.failoverAfterMs !== undefined && accepted.length > 1;
  if (told.size > 1 && !isVisible && !isChosen) fail(record, "was accepted twice, and nobody can see it");
}

/** The slowest way to the truth once nothing fails: a lost claim, the longest pause, and an order that stalls. */
const SLOWEST_MS = 150_000;

function checkLive(world: World, record: MessageRecord, truth: Truth): void {
  const { plan } = world;
  const { state, reason } = record;
  if (!isFinal(state)) fail(record, `never ends: ${state}`);
  const { terms } = world.accountOf(record.account);
  const endedAt = record.finalAt ?? 0;
  const latest = Math.max(plan.faultsUntil, record.expiresAt) + SLOWEST_MS;
  const bound = Math.max(latest, (record.submittedAt ?? 0) + terms.horizonMs + SLOWEST_MS);
  if (endedAt > bound) fail(record, `ends too late: ${endedAt}`);
  if (reason === "never_reported") checkReported(world, record, truth);
  if (reason === "never_confirmed") checkAsked(world, record, truth);
  if (reason === "before_send") checkTried(world, record);
}

/** What was taken, and known to be, ends as its provider says, if it says so in time. */
function checkReported(world: World, record: MessageRecord, truth: Truth): void {
  const known = acceptedAttempt(record);
  const taken = truth.acceptances.find(({ n, account }) => {
    if (known !== undefined) return n === known.n && account === known.account;
    return account === record.account && world.accountOf(account).lookup === "byReference";
  });
  const end = taken?.story.at(-1);
  if (end === undefined || end.kind === "sent") return;
  if (known !== undefined && known.providerId === undefined) return;
  const sayableAt = Math.max(end.at, world.plan.faultsUntil) + SLOWEST_MS;
  if (sayableAt < (record.finalAt ?? 0))
    fail(record, `ended as unknown, and its provider would have said ${end.kind}`);
}

/** What can be found out is found out. */
function checkAsked(world: World, record: MessageRecord, truth: Truth): void {
  const { account, expiresAt, finalAt = 0 } = record;
  const { resolution, settleMs } = world.accountOf(account).terms;
  const taken = truth.acceptances.find((one) => one.account === account);
  const { faultsUntil } = world.plan;
  if (resolution === "ask" && taken !== undefined) {
    const findableAt = Math.max(taken.shownAt, faultsUntil) + 2 * settleMs + SLOWEST_MS;
    if (findableAt < finalAt) fail(record, "ended as unknown, and its provider would have told");
  }
  const mayRepeat =
    resolution === "repeat" && record.crashes === 0 && !truth.writes.some(({ denied }) => denied);
  if (mayRepeat && tryableAt(world, record) < expiresAt)
    fail(record, "ended as unknown, and was not repeated");
}

/** What could have been tried does not expire untried. */
function checkTried(world: World, record: MessageRecord): void {
  const isPoisoned = world.plan.messages.some(({ killsAt }) => killsAt !== undefined);
  if (!isPoisoned && tryableAt(world, record) < record.expiresAt)
    fail(record, "expired, and nothing stood in its way");
}

/** By then a message whose order was lost is driven again: after as long as it had waited before, at the most. */
function tryableAt({ plan }: World, { acceptedAt, releaseAt }: MessageRecord): number {
  const freeAt = Math.max(plan.faultsUntil, acceptedAt, releaseAt);
  return freeAt + Math.max(30_000, freeAt - acceptedAt) + SLOWEST_MS;
}
