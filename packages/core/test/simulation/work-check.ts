import type { Decision } from "../../src/decision.ts";
import { applyFinding, type Finding } from "../../src/finding.ts";
import { type Question, questionAbout } from "../../src/question.ts";
import type { MessageRecord } from "../../src/record.ts";
import { isFinal } from "../../src/state.ts";
import { clockOf, type Hands, isToStop } from "./hands.ts";
import { TIMEOUT_MS } from "./plan.ts";
import type { Task } from "./process.ts";
import { recordUntilWritten } from "./recording.ts";
import { call } from "./redis.ts";

/** How long a message counts as being asked about. */
const ASKED_FOR_MS = TIMEOUT_MS + 30_000;

/** Carries out a check order, step by step as the worker's `handle-check.ts` does. */
export function* workCheck(hands: Hands): Task<Decision> {
  const { world, process, account, order } = hands;
  const { store } = world;
  const taken = yield* call(world, process, "always", () =>
    order.ids.filter((id) => store.takeDue(account.name, id, ASKED_FOR_MS)),
  );
  const loaded = yield* call(world, process, "load", () => taken.map((id) => store.load(id)));
  const records = loaded.filter((record) => record !== undefined);
  const over = records.filter(({ state }) => isFinal(state) && state !== "unknown");
  if (over.length > 0) {
    yield* call(world, process, "write", () => {
      for (const { id } of over) store.stopAsking(account.name, id);
    });
  }
  const asked = records.flatMap((record) => {
    const question = questionAbout(record, account);
    return question === undefined ? [] : [{ record, question }];
  });
  if (asked.length === 0) return { kind: "done" };
  const slots = yield* call(world, process, "always", () =>
    world.gates.reserveStatus(account.name, asked.length),
  );
  const left = new Set(asked);
  if (slots.kind === "reserved") {
    yield slots.inMs;
    for (const one of asked) {
      if (isToStop(hands)) break;
      left.delete(one);
      yield* note(hands, one.record, yield* ask(hands, one.record, one.question));
    }
  }
  yield* call(world, process, "always", () => {
    for (const { record } of left) store.giveBackDue(account.name, record.id);
  });
  return { kind: "done" };
}

function* ask({ world, account }: Hands, { id }: MessageRecord, question: Question): Task<Finding> {
  const { random, providers, agenda, plan } = world;
  const isSlow = agenda.now() < plan.faultsUntil && random.chance(plan.rates.badStatus / 4);
  yield random.between(0, 20);
  const finding: Finding =
    question.kind === "lookup"
      ? providers.lookup(account, id, question.reference)
      : providers.status(account, id, question.attempt.providerId, question.reference);
  yield isSlow ? TIMEOUT_MS : random.between(0, 50);
  world.note?.(`${account.name}, asked about ${id}, says ${finding.kind}`);
  return finding;
}

function* note(hands: Hands, asked: MessageRecord, finding: Finding): Task {
  const { world, process, account } = hands;
  const { terms, following } = account;
  const now = { at: clockOf(hands), terms, following, chance: world.random.next() };
  yield* recordUntilWritten(world, process, asked, "finding", (current) =>
    applyFinding(current, asked, finding, now),
  );
  if (finding?.kind === "found" && finding.providerId !== undefined)
    world.ledger.of(asked.id).told.add(finding.providerId);
}
