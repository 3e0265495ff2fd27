import { randomUUID } from "node:crypto";
import { apply } from "@hermod/core/apply";
import type { Decision } from "@hermod/core/decision";
import type { Outcome } from "@hermod/core/outcome";
import { mayBegin } from "@hermod/core/reconcile";
import type { MessageRecord } from "@hermod/core/record";
import { throttleRestMs } from "@hermod/core/terms";
import type { AccountContext } from "./account-context.ts";
import { allDone } from "./all-done.ts";
import { begin, finish, write } from "./attempt.ts";
import { type NoSlots, reserveSlots } from "./slots.ts";
import { waited } from "./wait.ts";

/** An order of many messages gives its place back after this time: a more urgent one may wait for it. */
const IN_HAND_MS = 500;

/** An order whose account rests for long looks again after this time. */
const COME_BACK_MS = 10_000;

const GIVE_BACK: Decision = { kind: "retry", afterMs: 0 };

/**
 * Carries out a send order: for as many of its messages as may go at once, wait for their slots, record the intent, write,
 * record the outcome; then the next ones. What must wait longer leaves the order and comes back by its timer.
 */
export async function handleSend(
  context: AccountContext,
  ids: readonly string[],
  stop: AbortSignal,
  stalls = 0,
): Promise<Decision> {
  await context.reached?.("send-taken");
  const startedAt = performance.now();
  // Each takes several round trips when it goes alone: those that are over must not keep the order from what follows them.
  let rest = stalls > 0 ? (await loadReady(context, ids)).map(({ id }) => id) : ids;
  let again = false;
  while (rest.length > 0) {
    const { taken, outcomes, waitMs } = await (stalls > 0 ? sendSuspect : sendSome)(context, rest, stop);
    rest = rest.slice(taken);
    again ||= outcomes.some((outcome) => outcome.kind === "notSent" && outcome.phase === "guard");
    const restMs = Math.max(0, ...outcomes.map(accountRestMs));
    if (restMs > 0) {
      await context.broker.pacer.rest(context.name, "send", restMs);
      return { kind: "throttle", forMs: restMs };
    }
    if (waitMs !== undefined) return { kind: "retry", afterMs: Math.min(Math.ceil(waitMs), COME_BACK_MS) };
    if (stop.aborted) return GIVE_BACK;
    if (rest.length > 0 && performance.now() - startedAt > IN_HAND_MS) return GIVE_BACK;
  }
  return again ? GIVE_BACK : { kind: "done" };
}

/** How long the whole account must rest after this outcome. */
function accountRestMs(outcome: Outcome): number {
  if (outcome.kind === "accepted") return outcome.restMs === undefined ? 0 : throttleRestMs(outcome.restMs);
  return outcome.kind === "throttled" && outcome.scope === "account"
    ? throttleRestMs(outcome.retryAfterMs)
    : 0;
}

interface Sent {
  /** How many of the ids are dealt with. */
  readonly taken: number;
  readonly outcomes: readonly Outcome[];
  /** Nothing may go for so long. */
  readonly waitMs?: number;
}

/**
 * The first message of an order that somebody died over, alone: if it is the one that kills, it is counted, and the others go on
 * without it. Whoever lives takes the mark back, unless an outcome did.
 */
async function sendSuspect(
  context: AccountContext,
  ids: readonly string[],
  stop: AbortSignal,
): Promise<Sent> {
  const { broker, clock } = context;
  const [id = ""] = ids;
  const owner = randomUUID().slice(0, 8);
  const mark = (by: 1 | -1) =>
    broker.store.change(id, (record) => ({
      after: apply(record, { type: "suspect", at: clock.now(), owner, by }),
    }));
  await mark(1);
  const sent = await sendSome(context, [id], stop).catch(async (error: unknown) => {
    await mark(-1);
    throw error;
  });
  if (sent.outcomes.length === 0) await mark(-1);
  return sent;
}

/** Sends those of the first messages that may go now. */
async function sendSome(context: AccountContext, ids: readonly string[], stop: AbortSignal): Promise<Sent> {
  const { broker, name } = context;
  const some = ids.slice(0, atOnce(context));
  const ready = await loadReady(context, some);
  if (ready.length === 0) return { taken: some.length, outcomes: [] };
  const urgent = ready.some(({ priority }) => priority === "urgent");
  const only = ready.length === 1 ? ready[0]?.id : undefined;
  const slots = await reserveSlots(context, urgent ? "urgent" : "send", ready.length, only);
  if (slots.kind === "busy") return { taken: 0, outcomes: [], waitMs: slots.forMs };
  if (slots.kind === "open") {
    // Held messages try the account when they are released; one in doubt is never held, and tries it itself.
    const doubt = ready.find(({ state }) => state === "unconfirmed");
    if (doubt !== undefined && (await broker.breakers.probe(name, doubt.id, context.terms.leaseMs))) {
      return { ...(await sendSome(context, [doubt.id], stop)), taken: 0 };
    }
    await hold(context, ready, slots);
    return { taken: some.length, outcomes: [] };
  }
  // The lease counts from the intent, so that it is recorded only when the first of them may almost go.
  const early = slots.firstAt - context.lead.ms() - performance.now();
  if (!(await waited(early, stop))) return { taken: 0, outcomes: [] };
  using held = await context.permits.take(ready.length, stop);
  if (held === undefined) return { taken: 0, outcomes: [] };
  const going = ready.slice(0, held.count);

  await context.reached?.("send-reserved");
  const begunAt = performance.now();
  const { records, refusal } = await begin(context, going);
  context.lead.took(performance.now() - begunAt);
  held.giveBack(held.count - records.length);
  // When one answer tells the account to rest, those that were not written yet are given back.
  const rest = new AbortController();
  const ended = AbortSignal.any([stop, rest.signal]);
  const outcomes = await allDone(
    records.map(async (record, index) => {
      await context.reached?.("send-begun");
      const outcome = await write(context, record, { begunAt, slots, index, stop: ended });
      held.giveBack(1);
      if (accountRestMs(outcome) > 0) rest.abort();
      await context.reached?.("send-answered");
      await finish(context, record, outcome);
      await context.reached?.("send-recorded");
      await context.health.learn(outcome, slots.probes ? record.id : undefined);
      return outcome;
    }),
  );
  // The order comes back for those that could not begin.
  if (refusal !== undefined) throw refusal;
  const last = going.length === ready.length ? some.length : some.indexOf(going.at(-1)?.id ?? "") + 1;
  return { taken: last, outcomes };
}

/** Stops messages for an account whose breaker is open. The one that is to try it has an order of its own. */
async function hold(
  { broker, clock, terms }: AccountContext,
  ready: readonly MessageRecord[],
  { code, probe }: NoSlots & { kind: "open" },
): Promise<void> {
  const at = clock.now();
  const changes = ready
    .filter(({ id }) => id !== probe)
    .map((before) => ({ before, after: apply(before, { type: "hold", at, code, terms }) }))
    .filter(({ before, after }) => before !== after);
  const refusal = (await broker.store.commit(changes, "always")).find(({ kind }) => kind === "failed");
  // The order comes back for those that could not be held.
  if (refusal?.kind === "failed") throw refusal.error;
}

/** A quarter of a second's worth: whoever dies in between leaves few messages begun but not written. */
function atOnce({ account }: AccountContext): number {
  return Math.max(1, Math.min(account.connections, Math.ceil(account.sendPerSecond / 4)));
}

/** The messages of the order that may be sent now, through this account. */
async function loadReady(
  { broker, clock, name, report }: AccountContext,
  ids: readonly string[],
): Promise<MessageRecord[]> {
  const loaded = await broker.store.load(ids);
  const ready: MessageRecord[] = [];
  for (const found of loaded) {
    if (found.kind === "unreadable") report(`record of ${name} cannot be read`, new Error(found.why));
    if (found.kind === "missing") report(`order of ${name} without a record`, new Error("missing"));
    if (found.kind !== "record") continue;
    const { record } = found;
    if (record.account === name && mayBegin(record, clock.now())) ready.push(record);
  }
  return ready;
}
