import { randomUUID } from "node:crypto";
import { apply } from "@hermod/core/apply";
import { firstAskAt } from "@hermod/core/first-ask";
import { mayStillWrite } from "@hermod/core/guard";
import type { Outcome } from "@hermod/core/outcome";
import { type MessageRecord, openAttempt } from "@hermod/core/record";
import { askingBeforeWrite } from "@hermod/providers/ask-before-write";
import type { OutgoingMessage } from "@hermod/providers/provider";
import { framesOf } from "@hermod/service/log";
import type { AccountContext } from "./account-context.ts";
import type { HeldPermits } from "./permits.ts";
import type { SendRequest } from "./send-batch.ts";
import type { Slot, Slots } from "./slots.ts";

export interface Begun {
  /** Only these may be written; any other one belongs to somebody else or is over. */
  readonly records: readonly MessageRecord[];
  /** Why Redis refused to record some of the intents, if it did. */
  readonly refusal: Error | undefined;
}

/** Records the intents. `limitedMs`: for how long until now the account has been at its rate. */
export async function begin(
  context: AccountContext,
  ready: readonly MessageRecord[],
  limitedMs = 0,
): Promise<Begun> {
  const { broker, clock, terms, name } = context;
  const references = await freshReferences(context, ready);
  const owner = randomUUID().slice(0, 8);
  const records: MessageRecord[] = [];
  const begin = async (free: readonly MessageRecord[]) => {
    const at = clock.now();
    const changes = free
      .map((before) => {
        const reference = references.get(before.id);
        const event = {
          type: "begin",
          at,
          owner,
          terms,
          ...(reference === undefined ? {} : { reference }),
        } as const;
        return { before, after: apply(before, event), limitedMs };
      })
      .filter(({ before, after }) => before !== after);
    const committed = await broker.store.commit(changes);
    // When the connection broke, the client library repeats what was not answered, and a first answer that got lost
    // makes our own intent look like somebody else's.
    const unclear = changes.filter((_, index) => /moved|failed/.test(committed[index]?.kind ?? "failed"));
    const loaded = await broker.store.load(unclear.map(({ before }) => before.id));
    for (const result of [...committed, ...loaded]) {
      if (!("record" in result)) continue;
      if (openAttempt(result.record) !== undefined && result.record.owner === owner)
        records.push(result.record);
    }
    const refusal = committed.find((result) => result.kind === "failed")?.error;
    return { refusal, moved: loaded.flatMap((found) => (found.kind === "record" ? [found.record] : [])) };
  };
  const { refusal, moved } = await begin(ready);
  if (refusal !== undefined) return { records, refusal };
  // Whatever waits for long is looked after by the poller, which moves it under whoever has it in hand: it is as free as before.
  const free = moved.filter((record) => record.account === name);
  const again = free.length === 0 ? undefined : await begin(free);
  return { records, refusal: again?.refusal };
}

/** Fresh references for messages that have none at this account, where its provider takes them: one each, in a row. */
async function freshReferences(
  { broker, capabilities, name }: AccountContext,
  ready: readonly MessageRecord[],
): Promise<ReadonlyMap<string, number>> {
  const without = ready.some(({ references }) => references?.[name] === undefined);
  if (capabilities.reference === "none" || !without) return new Map();
  const first = await broker.references.allocate(ready.length);
  return new Map(ready.map(({ id }, index) => [id, first + index]));
}

/** When messages may be written. */
export interface Turn {
  /** When `begin` was called, by the monotonic clock. */
  readonly begunAt: number;
  readonly slots: Slots;
  readonly stop: AbortSignal;
  readonly isUrgent: boolean;
  /** One of these is given back as soon as the request has a connection. */
  readonly intents: HeldPermits;
}

/** Requests that came too late for their slots, as a connection had to be made first, until one may be late. */
const LATE_TRIES = 8;

const NOT_SENT: Outcome = { kind: "notSent", phase: "guard" };

/** What a request proved of each of its messages, in their order. */
type Outcomes = readonly Outcome[];

/**
 * Waits for a slot, and then for a connection, so that none is kept from others meanwhile; makes sure once more that the attempts are
 * still ours to make, and writes them in one request. What comes too late for its slot is not written, and waits for another one with
 * its connection in hand.
 */
export async function write(
  context: AccountContext,
  { messages: records, units }: SendRequest,
  turn: Turn,
): Promise<Outcomes> {
  const { slots, stop, isUrgent, intents } = turn;
  let held = intents;
  try {
    for (let late = 0; ; late += 1) {
      const patient = late >= LATE_TRIES;
      const slot = await slots.wait(stop, { units, again: late > 0, patient }).catch(() => undefined);
      if (slot !== undefined && held === intents) {
        const connection = await context.permits.take(1, stop, isUrgent);
        intents.giveBack(connection?.count ?? 0);
        held = connection ?? intents;
      }
      const outcomes = await writeIn(context, records, turn, slot);
      if (slot?.wasMissed() !== true || patient) return outcomes;
    }
  } finally {
    held.giveBack(1);
  }
}

async function writeIn(
  context: AccountContext,
  records: readonly MessageRecord[],
  turn: Turn,
  slot: Slot | undefined,
): Promise<Outcomes> {
  const { account, terms, clock, log, name } = context;
  const begunMsAgo = performance.now() - turn.begunAt;
  const times = { begunMsAgo, at: clock.now(), leaseMs: terms.leaseMs, timeoutMs: account.timeoutMs };
  // Without a slot (told to stop, none near, Redis away) nothing is written, and that is known for certain.
  if (slot === undefined || turn.stop.aborted) return records.map(() => NOT_SENT);
  const known = records.map((record): Outcome | undefined => {
    if (!mayStillWrite(record, times)) return NOT_SENT;
    if (record.content !== undefined) return undefined;
    return { kind: "rejected", scope: "message", code: "no_content", providerCode: "" };
  });
  const going = records.filter((_, index) => known[index] === undefined);
  const messages = going.flatMap((record) => outgoing(record, name, clock.now()) ?? []);
  if (messages.length === 0) return known.map((outcome) => outcome ?? NOT_SENT);
  await context.reached?.("send-guarded");
  // Adapters end their requests by a deadline of their own.
  const written = Promise.withResolvers<void>();
  let isOnWire = false;
  const mayWrite = (): boolean => {
    isOnWire = slot.isUsable();
    if (isOnWire) written.resolve();
    return isOnWire;
  };
  const request = context.provider.send(messages, askingBeforeWrite(mayWrite));
  const sending = context.tracing.request("send", going, request).catch((error: Error) => {
    // A bug: nobody knows how far it came.
    const ids = messages.map(({ id }) => id);
    log.error({ ids, error: error.name, frames: framesOf(error) }, "adapter threw");
    return new Map<string, Outcome>();
  });
  if (context.reached !== undefined) {
    await Promise.race([written.promise, sending]);
    if (isOnWire) await context.reached("send-on-wire");
  }
  const outcomes = await sending;
  if (isOnWire) await context.reached?.("send-answered");
  return records.map(
    ({ id }, index) =>
      known[index] ?? outcomes.get(id) ?? { kind: "maybeSent", phase: "answer", evidence: "no_outcome" },
  );
}

function outgoing(record: MessageRecord, account: string, at: number): OutgoingMessage | undefined {
  const { id, to, content, expiresAt, references, routeRule } = record;
  if (content === undefined) return undefined;
  const reference = references?.[account];
  return {
    id,
    to,
    content,
    validForMs: expiresAt - at,
    ...(reference === undefined ? {} : { reference }),
    ...(routeRule === undefined ? {} : { routeRule }),
  };
}

/** Records what the attempt proved and, for a message that was or may have been accepted, when to ask about it, in one step. */
export async function finish(
  context: AccountContext,
  record: MessageRecord,
  outcome: Outcome,
): Promise<void> {
  const { clock, terms, following, log, name } = context;
  const at = clock.now();
  const chance = context.chance();
  const result = await context.commitTogether(record, (current) => {
    const event = { type: "outcome", at, attempt: record.attempt, outcome, terms, chance } as const;
    const after = apply(current, event);
    return { after, dueAt: firstAskAt(current, after, { at, terms, following, chance }) };
  });
  const state = "record" in result ? result.record.state : result.kind;
  if (outcome.kind === "accepted" && outcome.notice !== undefined) {
    log.warn({ id: record.id, account: name, notice: outcome.notice }, "taken, with a notice");
  }
  log.debug({ id: record.id, account: name, attempt: record.attempt, outcome: outcome.kind, state }, "sent");
}
