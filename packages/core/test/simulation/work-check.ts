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

/** Carries out a check order, step by step as the worker's `handle-check.ts` does. */
export function* workCheck(hands: Hands): Task<Decision> {
  const { world, process, account, order } = hands;
  const loaded = yield* call(world, process, "load", () => order.ids.map((id) => world.store.load(id)));
  const records = loaded.filter((record) => record !== undefined);
  const over = records.filter(({ state }) => isFinal(state) && state !== "unknown");
  if (over.length > 0) {
    yield* call(world, process, "write", () => {
      for (const { id } of over) world.store.stopAsking(account.name, id);
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
  if (slots.kind !== "reserved") return { kind: "done" };
  yield slots.inMs;
  for (const { record, question } of asked) {
    if (isToStop(hands)) return { kind: "retry", afterMs: 0 };
    yield* note(hands, record, yield* ask(hands, record, question));
  }
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
  const now = { at: clockOf(hands), terms: account.terms, chance: world.random.next() };
  yield* recordUntilWritten(world, process, asked, "finding", (current) =>
    applyFinding(current, asked, finding, now, account.check),
  );
  if (finding?.kind === "found" && finding.providerId !== undefined)
    world.ledger.of(asked.id).told.add(finding.providerId);
}
