import { randomUUID } from "node:crypto";
import { apply } from "@hermod/core/apply";
import { checkGapMs } from "@hermod/core/check-schedule";
import { LEASE_MARGIN_MS } from "@hermod/core/config";
import type { Decision } from "@hermod/core/decision";
import type { Outcome } from "@hermod/core/outcome";
import type { MessageRecord } from "@hermod/core/record";
import { isFollowed } from "@hermod/core/state";
import { throttleRestMs } from "@hermod/core/terms";
import type { AccountContext } from "./account-context.ts";
import { followedMessage } from "./followed.ts";
import type { HeldPermits } from "./permits.ts";
import { reserveSlots, type Slots } from "./slots.ts";

/**
 * Carries out a send order: for as many of its messages as may go at once, wait for their slots, record the
 * intent, write, record the outcome; then the next ones. What must wait longer leaves the order and comes
 * back by its timer.
 */
export async function handleSend(
  context: AccountContext,
  ids: readonly string[],
  stop: AbortSignal,
): Promise<Decision> {
  let rest = ids;
  let again = false;
  while (rest.length > 0) {
    const permits = await context.permits.take(Math.min(rest.length, atOnce(context)), stop);
    if (permits === undefined) return { kind: "retry", afterMs: 0 };
    const outcomes = await sendSome(context, rest.slice(0, permits.count), permits, stop);
    rest = rest.slice(permits.count);
    const forMs = Math.max(0, ...outcomes.map(accountRestMs));
    if (forMs > 0) {
      await context.broker.pacer.rest(context.name, "send", forMs);
      return { kind: "throttle", forMs };
    }
    again ||= outcomes.some((outcome) => outcome.kind === "notSent" && outcome.phase === "guard");
    if (stop.aborted) return { kind: "retry", afterMs: 0 };
  }
  return again ? { kind: "retry", afterMs: 0 } : { kind: "done" };
}

/** A quarter of a second's worth: whoever dies in between leaves few messages begun but not written. */
function atOnce({ account }: AccountContext): number {
  return Math.max(1, Math.min(account.connections, Math.ceil(account.sendPerSecond / 4)));
}

/** How long the whole account must rest after this outcome. */
function accountRestMs(outcome: Outcome): number {
  return outcome.kind === "throttled" && outcome.scope === "account"
    ? throttleRestMs(outcome.retryAfterMs)
    : 0;
}

/**
 * Sends those of some messages that may go now; there is a permit for each. Returns what came of the written
 * ones.
 */
async function sendSome(
  context: AccountContext,
  ids: readonly string[],
  permits: HeldPermits,
  stop: AbortSignal,
): Promise<Outcome[]> {
  using held = permits;
  const ready = await loadReady(context, ids);
  if (ready.length === 0) return [];
  held.giveBack(held.count - ready.length);
  const slots = await reserveSlots(context, "send", ready.length);
  // The lease counts from the intent, so that it is recorded only when the first of them may go.
  if (!(await slots.wait(0, stop))) return [];
  const begunAt = performance.now();
  const { records: begun, refusal } = await begin(context, ready);
  // When one answer tells the account to rest, those that were not written yet are given back.
  const rest = new AbortController();
  const ended = AbortSignal.any([stop, rest.signal]);
  const outcomes = await Promise.all(
    begun.map(async (record, index) => {
      const outcome = await write(context, record, { begunAt, slots, index, stop: ended });
      held.giveBack(1);
      if (accountRestMs(outcome) > 0) rest.abort();
      await finish(context, record, outcome);
      return outcome;
    }),
  );
  // The order comes back for those that could not begin.
  if (refusal !== undefined) throw refusal;
  return outcomes;
}

/** The messages of the order that may be sent now, through this account. */
async function loadReady(
  { broker, clock, name, log }: AccountContext,
  ids: readonly string[],
): Promise<MessageRecord[]> {
  const loaded = await broker.store.load(ids);
  const ready: MessageRecord[] = [];
  for (const [index, found] of loaded.entries()) {
    if (found.kind !== "record") {
      log.warn({ id: ids[index], found: found.kind }, "no record to send");
      continue;
    }
    const { record } = found;
    if (record.state === "queued" && record.account === name && record.releaseAt <= clock.now())
      ready.push(record);
  }
  return ready;
}

interface Begun {
  /** Only these may be written; any other one belongs to somebody else or is over. */
  readonly records: readonly MessageRecord[];
  /** Why Redis refused to record some of the intents, if it did. */
  readonly refusal: Error | undefined;
}

/** Records the intents. */
async function begin(context: AccountContext, ready: readonly MessageRecord[]): Promise<Begun> {
  const { broker, clock, terms } = context;
  const first = await firstReference(context, ready);
  const at = clock.now();
  const owner = randomUUID().slice(0, 8);
  const changes = ready
    .map((before, index) => {
      const reference = first === undefined ? {} : { reference: first + index };
      return { before, after: apply(before, { type: "begin", at, owner, terms, ...reference }) };
    })
    .filter(({ before, after }) => before !== after);
  const committed = await broker.store.commit(changes);
  // When the connection broke, the client library repeats what was not answered, and a first answer that got
  // lost makes our own intent look like somebody else's.
  const unclear = changes.filter((_, index) => /moved|failed/.test(committed[index]?.kind ?? "failed"));
  const found = [...committed, ...(await broker.store.load(unclear.map(({ before }) => before.id)))];
  const records = found.flatMap((result) => {
    const ours = "record" in result && result.record.state === "sending" && result.record.owner === owner;
    return ours ? [result.record] : [];
  });
  const refusal = committed.find((result) => result.kind === "failed")?.error;
  return { records, refusal };
}

/**
 * Fresh references for messages that have none at this account, where its provider takes them: one each, in a
 * row.
 */
async function firstReference(
  { broker, capabilities, name }: AccountContext,
  ready: readonly MessageRecord[],
): Promise<number | undefined> {
  const without = ready.some(({ references }) => references?.[name] === undefined);
  if (capabilities.reference === "none" || !without) return undefined;
  return await broker.references.allocate(name, ready.length);
}

interface Turn {
  /** When `begin` was called, by the monotonic clock. */
  readonly begunAt: number;
  readonly slots: Slots;
  /** Which of the slots is this message's. */
  readonly index: number;
  readonly stop: AbortSignal;
}

/** Waits for the slot, makes sure once more that the attempt is still ours to make, and writes. */
async function write(context: AccountContext, record: MessageRecord, turn: Turn): Promise<Outcome> {
  const { account, terms, clock, log } = context;
  await turn.slots.wait(turn.index, turn.stop);
  const latestMs = terms.leaseMs - account.timeoutMs - LEASE_MARGIN_MS;
  const tooLate = performance.now() - turn.begunAt > latestMs || clock.now() >= record.expiresAt;
  if (turn.stop.aborted || tooLate) return { kind: "notSent", phase: "guard" };
  if (record.content === undefined) {
    return { kind: "rejected", scope: "message", code: "no_content", providerCode: "" };
  }
  const reference = record.references?.[context.name];
  const message = {
    id: record.id,
    to: record.to,
    content: record.content,
    validForMs: record.expiresAt - clock.now(),
    ...(reference === undefined ? {} : { reference }),
    ...(record.routeRule === undefined ? {} : { routeRule: record.routeRule }),
  };
  const outcomes = await context.provider
    .send([message], AbortSignal.timeout(account.timeoutMs))
    .catch((error: Error) => {
      // A bug: nobody knows how far it came.
      log.error({ id: record.id, error: error.name, stack: error.stack }, "adapter threw");
      return new Map<string, Outcome>();
    });
  return outcomes.get(record.id) ?? { kind: "maybeSent", phase: "answer", evidence: "no_outcome" };
}

async function finish(context: AccountContext, record: MessageRecord, outcome: Outcome): Promise<void> {
  const { clock, terms, check, log, name } = context;
  const at = clock.now();
  const chance = context.chance();
  const result = await context.commitTogether(record, (current) => {
    const after = apply(current, { type: "outcome", at, attempt: record.attempt, outcome, terms, chance });
    // Without an id there is nothing to ask by, and only the horizon ends it.
    const asks = isFollowed(after.state) && followedMessage(after, context) !== undefined;
    return { after, dueAt: asks && !isFollowed(current.state) ? at + checkGapMs(0, check) : undefined };
  });
  const state = "record" in result ? result.record.state : result.kind;
  log.debug({ id: record.id, account: name, attempt: record.attempt, outcome: outcome.kind, state }, "sent");
}
