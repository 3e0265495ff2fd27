import { apply } from "../../src/apply.ts";
import type { Decision } from "../../src/decision.ts";
import type { Outcome } from "../../src/outcome.ts";
import { mayBegin } from "../../src/reconcile.ts";
import type { MessageRecord } from "../../src/record.ts";
import { throttleRestMs } from "../../src/terms.ts";
import { type Begun, begin, carryOut } from "./attempt.ts";
import { clockOf, type Hands, isToStop } from "./hands.ts";
import { die, type Task } from "./process.ts";
import { change, commit } from "./recording.ts";
import { call, Refusal } from "./redis.ts";
import { together } from "./together.ts";

const IN_HAND_MS = 500;
const COME_BACK_MS = 10_000;
/** Messages of an order that are begun at once. */
const AT_ONCE = 2;
const MOST_AWAY_MS = { urgent: 5000, others: 500 } as const;
const GIVE_BACK: Decision = { kind: "retry", afterMs: 0 };

/** Carries out a send order, step by step as the worker's `handle-send.ts` does. */
export function* workSend(hands: Hands): Task<Decision> {
  const { world, account, order } = hands;
  const startedAt = world.agenda.now();
  let rest = order.ids;
  let again = false;
  while (rest.length > 0) {
    const { taken, outcomes, waitMs } = yield* order.stalls > 0
      ? sendSuspect(hands, rest)
      : sendSome(hands, rest.slice(0, AT_ONCE));
    rest = rest.slice(taken);
    again ||= outcomes.some((outcome) => outcome.kind === "notSent" && outcome.phase === "guard");
    const restMs = Math.max(0, ...outcomes.map(accountRestMs));
    if (restMs > 0) {
      yield* call(world, hands.process, "always", () => world.gates.rest(account.name, "freeAt", restMs));
      return { kind: "throttle", forMs: restMs };
    }
    if (waitMs !== undefined) return { kind: "retry", afterMs: Math.min(Math.ceil(waitMs), COME_BACK_MS) };
    if (isToStop(hands)) return GIVE_BACK;
    if (rest.length > 0 && world.agenda.now() - startedAt > IN_HAND_MS) return GIVE_BACK;
  }
  return again ? GIVE_BACK : { kind: "done" };
}

function accountRestMs(outcome: Outcome): number {
  return outcome.kind === "throttled" && outcome.scope === "account"
    ? throttleRestMs(outcome.retryAfterMs)
    : 0;
}

interface Sent {
  readonly taken: number;
  readonly outcomes: readonly Outcome[];
  readonly waitMs?: number;
}

/** The first message of an order that somebody died over, alone. */
function* sendSuspect(hands: Hands, ids: readonly string[]): Task<Sent> {
  const { world, process } = hands;
  const [id = ""] = ids;
  const owner = world.references.owner();
  const mark = (by: 1 | -1): Task<unknown> =>
    change(world, process, id, "suspect", (record) => ({
      after: apply(record, { type: "suspect", at: clockOf(hands), owner, by }),
    }));
  yield* mark(1);
  try {
    const sent = yield* sendSome(hands, [id]);
    if (sent.outcomes.length === 0) yield* mark(-1);
    return sent;
  } catch (error) {
    if (error instanceof Refusal) yield* mark(-1);
    throw error;
  }
}

function* sendSome(hands: Hands, ids: readonly string[]): Task<Sent> {
  const { world, process, account } = hands;
  const ready = yield* loadReady(hands, ids);
  if (ready.length === 0) return { taken: ids.length, outcomes: [] };
  const isUrgent = ready.some(({ priority }) => priority === "urgent");
  const only = ready.length === 1 ? ready[0]?.id : undefined;
  const slots = yield* call(world, process, "always", () =>
    world.gates.reserve(account.name, ready.length, MOST_AWAY_MS[isUrgent ? "urgent" : "others"], only),
  );
  if (slots.kind === "busy") return { taken: 0, outcomes: [], waitMs: slots.forMs };
  if (slots.kind === "open") {
    const doubt = ready.find(({ state }) => state === "unconfirmed");
    if (doubt !== undefined) {
      const tries = yield* call(world, process, "always", () =>
        world.gates.probe(account.name, doubt.id, account.terms.leaseMs),
      );
      if (tries) return { ...(yield* sendSome(hands, [doubt.id])), taken: 0 };
    }
    const others = ready.filter(({ id }) => id !== slots.probe);
    for (const before of others) yield* hold(hands, before, slots.code);
    return { taken: ids.length, outcomes: [] };
  }
  const firstAt = world.agenda.now() + slots.inMs;
  yield slots.inMs;
  if (isToStop(hands)) return { taken: 0, outcomes: [] };
  const begun = yield* begin(hands, ready);
  const outcomes = yield* writeAll(hands, begun, (index) => firstAt + index * slots.everyMs, slots.probes);
  if (begun.isRefused) throw new Refusal();
  return { taken: ids.length, outcomes };
}

function* writeAll(
  hands: Hands,
  { records, begunAt }: Begun,
  slotAt: (index: number) => number,
  probes: boolean,
): Task<readonly Outcome[]> {
  const rest = { stop: false };
  const write = function* (record: MessageRecord, index: number): Task<Outcome> {
    const outcome = yield* carryOut(hands, record, { begunAt, slotAt: slotAt(index), probes, rest });
    if (accountRestMs(outcome) > 0) rest.stop = true;
    return outcome;
  };
  const [first] = records;
  if (first === undefined) return [];
  if (records.length === 1) return [yield* write(first, 0)];
  return yield* together(hands.world, hands.process, records.map(write));
}

function* hold(hands: Hands, before: MessageRecord, code: string): Task {
  const { world, process, account } = hands;
  const after = apply(before, { type: "hold", at: clockOf(hands), code, terms: account.terms });
  if (after === before) return;
  const { kind } = yield* commit(world, process, { before, after }, "hold", "always");
  if (kind === "failed") throw new Refusal();
}

function* loadReady(hands: Hands, ids: readonly string[]): Task<MessageRecord[]> {
  const { world, process, account } = hands;
  const loaded = yield* call(world, process, "load", () => ids.map((id) => world.store.load(id)));
  if (ids.some((id) => world.killsAt(id) === "loaded")) die(world, process);
  return loaded.filter(
    (record) => record !== undefined && record.account === account.name && mayBegin(record, clockOf(hands)),
  ) as MessageRecord[];
}
