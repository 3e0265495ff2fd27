import { apply } from "../../src/apply.ts";
import { firstAskAt } from "../../src/first-ask.ts";
import { mayStillWrite } from "../../src/guard.ts";
import { EMPTY_TALLY, judged } from "../../src/outage.ts";
import type { Outcome } from "../../src/outcome.ts";
import { type MessageRecord, openAttempt } from "../../src/record.ts";
import { clockOf, type Hands, isToStop } from "./hands.ts";
import type { Write } from "./ledger.ts";
import { OUTAGE, TIMEOUT_MS } from "./plan.ts";
import { die, type Task } from "./process.ts";
import { commit, recordUntilWritten } from "./recording.ts";
import { call } from "./redis.ts";
import { checkWrite } from "./write-rules.ts";

export interface Begun {
  /** Only these may be written. */
  readonly records: readonly MessageRecord[];
  readonly begunAt: number;
  readonly isRefused: boolean;
}

/** Records the intents, as the worker's `attempt.ts` does. */
export function* begin(hands: Hands, ready: readonly MessageRecord[]): Task<Begun> {
  const { world, process, account } = hands;
  const begunAt = world.agenda.now();
  const without = ready.some(({ references }) => references?.[account.name] === undefined);
  const first =
    account.takesReference && without
      ? yield* call(world, process, "write", () => world.references.allocate(ready.length))
      : undefined;
  const at = clockOf(hands);
  const owner = world.references.owner();
  const records: MessageRecord[] = [];
  let isRefused = false;
  for (const [index, before] of ready.entries()) {
    const reference = first === undefined ? {} : { reference: first + index };
    const after = apply(before, { type: "begin", at, owner, terms: account.terms, ...reference });
    if (after === before) continue;
    const committed = yield* commit(world, process, { before, after }, "begin", "write");
    isRefused ||= committed.kind === "failed";
    // A first answer that got lost makes our own intent look like somebody else's.
    const found =
      committed.kind === "committed"
        ? committed.record
        : yield* call(world, process, "load", () => world.store.load(before.id));
    if (found !== undefined && openAttempt(found) !== undefined && found.owner === owner) records.push(found);
  }
  if (records.some(({ id }) => world.killsAt(id) === "begun")) die(world, process);
  return { records, begunAt, isRefused };
}

export interface Turn {
  readonly begunAt: number;
  readonly slotAt: number;
  /** It tries an open breaker. */
  readonly probes: boolean;
  /** Set when an answer told the account to rest. */
  readonly rest: { readonly stop: boolean };
}

/** Writes one message, records what that proved, and tells the account's health. */
export function* carryOut(hands: Hands, record: MessageRecord, turn: Turn): Task<Outcome> {
  const outcome = yield* write(hands, record, turn);
  yield* finish(hands, record, outcome);
  yield* learn(hands, record.id, outcome, turn.probes);
  return outcome;
}

const GIVEN_BACK: Outcome = { kind: "notSent", phase: "guard" };

function* write(hands: Hands, record: MessageRecord, turn: Turn): Task<Outcome> {
  const { world, account } = hands;
  const { agenda, random, providers } = world;
  yield Math.max(0, turn.slotAt - agenda.now());
  const times = { begunMsAgo: agenda.now() - turn.begunAt, at: clockOf(hands) };
  const terms = { leaseMs: account.terms.leaseMs, timeoutMs: TIMEOUT_MS };
  if (isToStop(hands) || turn.rest.stop || !mayStillWrite(record, { ...times, ...terms })) return GIVEN_BACK;
  if (record.content === undefined) {
    return { kind: "rejected", scope: "message", code: "no_content", providerCode: "" };
  }
  const guardedAt = agenda.now();
  // From the last look at the clock to the first byte; a freeze may come even here.
  yield random.between(0, 1);
  if (providers.unreachable(account)) {
    yield random.between(1, 500);
    return { kind: "notSent", phase: "connect" };
  }
  const n = record.attempt;
  const entry: Write = { n, account: account.name, at: agenda.now(), denied: false, late: false };
  checkWrite(world, account, record, entry, guardedAt);
  world.ledger.of(record.id).writes.push(entry);
  const exchange = providers.receive(account, record.id, entry, record.references?.[account.name]);
  yield exchange.answerMs;
  const { outcome } = exchange;
  entry.denied = outcome.kind === "rejected" || outcome.kind === "throttled";
  return outcome;
}

function* finish(hands: Hands, record: MessageRecord, outcome: Outcome): Task {
  const { world, process, account } = hands;
  const { terms, following } = account;
  const at = clockOf(hands);
  const chance = world.random.next();
  yield* recordUntilWritten(world, process, record, "outcome", (current) => {
    const after = apply(current, { type: "outcome", at, attempt: record.attempt, outcome, terms, chance });
    return { after, dueAt: firstAskAt(current, after, { at, terms, following, chance }) };
  });
  if (outcome.kind === "accepted" && outcome.providerId !== undefined)
    world.ledger.of(record.id).told.add(outcome.providerId);
}

/** Each worker counts for itself how an account fares. */
function* learn(hands: Hands, id: string, outcome: Outcome, probes: boolean): Task {
  const { world, process, account } = hands;
  const { name } = account;
  const { tallies } = process;
  const tally = tallies.get(name) ?? EMPTY_TALLY;
  const judgement = judged(tally, outcome, probes, world.agenda.now(), OUTAGE);
  tallies.set(name, judgement.tally);
  const { breaker } = judgement;
  if (breaker === "close") yield* call(world, process, "always", () => world.gates.close(name, id));
  else if (breaker !== "leave")
    yield* call(world, process, "always", () => world.gates.trip(name, breaker.openFor));
}
