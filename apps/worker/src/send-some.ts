import { laneOfPlace } from "@hermod/broker/shares";
import type { Priority } from "@hermod/core/message";
import type { Outcome } from "@hermod/core/outcome";
import { mayBegin } from "@hermod/core/reconcile";
import type { MessageRecord } from "@hermod/core/record";
import { throttleRestMs } from "@hermod/core/terms";
import type { AccountContext } from "./account-context.ts";
import { allDone } from "./all-done.ts";
import { applyToAll } from "./apply-to-all.ts";
import { begin, finish, write } from "./attempt.ts";
import { eitherOf } from "./either-of.ts";
import type { HeldPermits } from "./permits.ts";
import { firstOf, requestsOf, type SendRequest } from "./send-batch.ts";
import { type NoSlots, reserveSlots, type Slots } from "./slots.ts";
import { waited } from "./wait.ts";
import { withoutSuppressed } from "./without-suppressed.ts";

/** How an order in hand is told to end. */
export interface Order {
  readonly stop: AbortSignal;
  /** Aborted when a more urgent order waits for its place. */
  readonly yields: AbortSignal;
  /** It begins nothing more then, by the monotonic clock. */
  readonly until: number;
  /** A smaller one is more urgent. */
  readonly priority: number;
}

export interface Sent {
  readonly outcomes: readonly Outcome[];
  /** Some of the messages must come again. */
  readonly isLeft: boolean;
  /** Nothing may go for so long. */
  readonly waitMs?: number;
}

/** An order that is told to wait longer gives its place back; for less it looks again in its place. */
const WAITS_IN_PLACE_MS = 1500;
const LOOK_AGAIN_MS = 100;

/** From the most urgent one. */
const LANES = ["urgent", "normal", "bulk"] as const;

function laneOf(records: readonly MessageRecord[]): Priority {
  return LANES.find((lane) => records.some(({ priority }) => priority === lane)) ?? "bulk";
}

/** Sends those of the messages that may go; returns once the outcome of each that began is recorded. */
export async function sendSome(
  context: AccountContext,
  ids: readonly string[],
  { stop, yields, until, priority }: Order,
): Promise<Sent> {
  using place = context.lines[laneOfPlace(priority)].join(priority);
  let ready = await loadReady(context, ids);
  // When one answer tells the account to rest, those that were not written yet are given back.
  const rest = new AbortController();
  using ending = eitherOf(stop, rest.signal);
  const ended = ending.signal;
  using leaving = eitherOf(ended, yields);
  const leaves = leaving.signal;
  const sending: Promise<readonly Outcome[]>[] = [];
  let end = until;
  let waitMs: number | undefined;
  let lost = false;
  try {
    while (ready.length > 0 && !leaves.aborted && (sending.length === 0 || performance.now() < end)) {
      const most = firstOf(context, ready);
      const next = requestsOf(context, most);
      const lane = laneOf(most);
      const standsFrom = performance.now();
      if (!(await place.isFirst(leaves))) break;
      // An order's time does not run while others of its lane go before it.
      end += performance.now() - standsFrom;
      using turn = await context.intents.turn(next.length, leaves, lane === "urgent");
      if (turn === undefined) break;
      const asking = next.slice(0, turn.count);
      const first = asking.flatMap(({ messages }) => messages);
      const wanted = asking.map(({ units }) => units);
      const message = first.length === 1 ? first[0]?.id : undefined;
      // Who asks for all that it has need not know the answer for those behind it to ask in the same breath.
      if (first.length === ready.length) place.leave();
      // Asked together: the answers come in one round trip.
      const [slots, some] = await Promise.all([
        reserveSlots(context, lane, wanted, { message, priority, soonestInMs: context.lead.ms() }),
        withoutSuppressed(context, first),
      ]);
      // Where one order alone can use all slots, those that follow in the lane wait until each of its messages has one.
      const isEnough = slots.kind === "reserved" && slots.lastMs > context.lead.ms();
      const goesOn = slots.kind === "busy" || (isEnough && ready.length > first.length);
      if (!goesOn) place.leave();
      if (some.length < first.length) ready = [...some, ...ready.slice(first.length)];
      if (some.length === 0) continue;
      if (slots.kind !== "reserved") turn[Symbol.dispose]();
      if (slots.kind === "open") {
        sending.push(sendTrial(context, some, { stop, yields, until, priority }, slots));
        await sending.at(-1);
        ready = ready.slice(some.length);
        continue;
      }
      if (slots.kind === "busy") {
        waitMs = slots.forMs > WAITS_IN_PLACE_MS ? slots.forMs : undefined;
        place.stay();
        if (waitMs !== undefined || !(await waited(Math.min(slots.forMs, LOOK_AGAIN_MS), leaves))) break;
        continue;
      }
      const requests = requestsOf(context, some).slice(0, slots.count);
      const held = await turn.take(requests.length, slots.firstAt, { leaves, ended });
      const beginning = requests.slice(0, held?.count ?? 0);
      slots.giveBack(slots.count - beginning.length);
      if (held === undefined) break;
      const going = beginning.flatMap(({ messages }) => messages);
      ready = ready.slice(going.length);
      const begun = await beginHeld(context, going, held, slots);
      lost ||= begun.records.length < going.length;
      const sent = requestsOf(context, begun.records).map((request) =>
        sendBatch(context, request, {
          ...begun,
          slots,
          stop: ended,
          held,
          rest,
          isUrgent: lane === "urgent",
        }),
      );
      held.giveBack(held.count - sent.length);
      sending.push(...sent);
      // The order comes back for those that could not begin.
      if (begun.refusal !== undefined) throw begun.refusal;
    }
  } finally {
    place.leave();
    await Promise.allSettled(sending);
  }
  const outcomes = (await allDone(sending)).flat();
  return { outcomes, isLeft: lost || ready.length > 0, ...(waitMs === undefined ? {} : { waitMs }) };
}

async function beginHeld(
  context: AccountContext,
  going: readonly MessageRecord[],
  held: HeldPermits,
  { limitedMs, firstAt }: Slots,
) {
  await context.reached?.("send-reserved");
  const begunAt = performance.now();
  try {
    const begun = await begin(context, going, limitedMs - Math.max(0, firstAt - begunAt));
    context.lead.took(performance.now() - begunAt);
    return { ...begun, begunAt };
  } catch (error) {
    held[Symbol.dispose]();
    throw error;
  }
}

interface Way {
  readonly begunAt: number;
  readonly slots: Slots;
  readonly stop: AbortSignal;
  readonly held: HeldPermits;
  readonly rest: AbortController;
  readonly isUrgent: boolean;
}

/** Writes messages in one request and records what it proved of each. */
async function sendBatch(
  context: AccountContext,
  request: SendRequest,
  { begunAt, slots, stop, held, rest, isUrgent }: Way,
): Promise<readonly Outcome[]> {
  const records = request.messages;
  await context.reached?.("send-begun");
  const outcomes = await write(context, request, { begunAt, slots, stop, isUrgent, intents: held });
  const restMs = Math.max(...outcomes.map(restMsAfter));
  if (restMs > 0 && !rest.signal.aborted) {
    rest.abort();
    const refused = outcomes.some(({ kind }) => kind === "throttled");
    // Told at once, so that other processes stop too; if Redis is away, it is told by the order's end.
    await context.broker.pacer.rest(context.name, "send", restMs, refused).catch(() => {});
  }
  await allDone(records.map((record, index) => finish(context, record, outcomes[index] ?? NOT_SENT)));
  await context.reached?.("send-recorded");
  for (const [index, record] of records.entries()) {
    const probe = slots.probes ? record.id : undefined;
    // What has a slot from before, and is not written yet, is not written at an account that is stopped.
    if (await context.health.learn(outcomes[index] ?? NOT_SENT, probe)) rest.abort();
  }
  return outcomes;
}

const NOT_SENT: Outcome = { kind: "notSent", phase: "guard" };

/** The account's breaker is open: its messages are held, but for one that may try it. */
async function sendTrial(
  context: AccountContext,
  some: readonly MessageRecord[],
  order: Order,
  open: NoSlots & { kind: "open" },
): Promise<readonly Outcome[]> {
  const { broker, name, terms } = context;
  // Held messages try the account when they are released; one in doubt is never held, and tries it itself.
  const doubt = some.find(({ state }) => state === "unconfirmed");
  const tries = doubt !== undefined && (await broker.breakers.probe(name, doubt.id, terms.leaseMs));
  const { outcomes } = tries ? await sendSome(context, [doubt.id], order) : { outcomes: [] };
  await hold(context, tries ? some.filter((record) => record !== doubt) : some, open);
  return outcomes;
}

/** Stops messages for an account whose breaker is open. The one that is to try it has an order of its own. */
async function hold(
  { broker, clock, terms }: AccountContext,
  ready: readonly MessageRecord[],
  { code, probe }: NoSlots & { kind: "open" },
): Promise<void> {
  const event = { type: "hold", at: clock.now(), code, terms } as const;
  const held = ready.filter(({ id }) => id !== probe);
  await applyToAll(
    broker,
    held.map((before) => ({ before, event })),
  );
}

/** How long the whole account must rest after this outcome. */
export function restMsAfter(outcome: Outcome): number {
  if (outcome.kind === "accepted") return outcome.restMs === undefined ? 0 : throttleRestMs(outcome.restMs);
  return outcome.kind === "throttled" && outcome.scope === "account"
    ? throttleRestMs(outcome.retryAfterMs)
    : 0;
}

/** Nothing was written, and it may go at once again. */
export function isGivenBack(outcome: Outcome): boolean {
  return outcome.kind === "notSent" && outcome.phase === "guard";
}

/** The messages of the order that may be sent now, through this account. */
export async function loadReady(
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
