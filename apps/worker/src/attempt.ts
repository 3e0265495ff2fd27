import { randomUUID } from "node:crypto";
import { apply } from "@hermod/core/apply";
import { firstAskAt } from "@hermod/core/first-ask";
import { mayStillWrite } from "@hermod/core/guard";
import type { Outcome } from "@hermod/core/outcome";
import { type MessageRecord, openAttempt } from "@hermod/core/record";
import { framesOf } from "@hermod/service/log";
import type { AccountContext } from "./account-context.ts";
import type { Slots } from "./slots.ts";

export interface Begun {
  /** Only these may be written; any other one belongs to somebody else or is over. */
  readonly records: readonly MessageRecord[];
  /** Why Redis refused to record some of the intents, if it did. */
  readonly refusal: Error | undefined;
}

/** Records the intents. */
export async function begin(context: AccountContext, ready: readonly MessageRecord[]): Promise<Begun> {
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
  // When the connection broke, the client library repeats what was not answered, and a first answer that got lost
  // makes our own intent look like somebody else's.
  const unclear = changes.filter((_, index) => /moved|failed/.test(committed[index]?.kind ?? "failed"));
  const found = [...committed, ...(await broker.store.load(unclear.map(({ before }) => before.id)))];
  const records = found.flatMap((result) => {
    if (!("record" in result)) return [];
    return openAttempt(result.record) !== undefined && result.record.owner === owner ? [result.record] : [];
  });
  const refusal = committed.find((result) => result.kind === "failed")?.error;
  return { records, refusal };
}

/** Fresh references for messages that have none at this account, where its provider takes them: one each, in a row. */
async function firstReference(
  { broker, capabilities, name }: AccountContext,
  ready: readonly MessageRecord[],
): Promise<number | undefined> {
  const without = ready.some(({ references }) => references?.[name] === undefined);
  if (capabilities.reference === "none" || !without) return undefined;
  return await broker.references.allocate(ready.length);
}

/** When a message of several may be written. */
export interface Turn {
  /** When `begin` was called, by the monotonic clock. */
  readonly begunAt: number;
  readonly slots: Slots;
  /** Which of the slots is this message's. */
  readonly index: number;
  readonly stop: AbortSignal;
}

/** Adapters end their requests by a deadline of their own. */
const UNTIL_ITS_DEADLINE = new AbortController().signal;

/** Waits for the slot, makes sure once more that the attempt is still ours to make, and writes. */
export async function write(context: AccountContext, record: MessageRecord, turn: Turn): Promise<Outcome> {
  const { account, terms, clock, log, name } = context;
  // Without a slot (told to stop, none near, Redis away) nothing is written, and that is known for certain.
  const mayWrite = await turn.slots.wait(turn.index, turn.stop).catch(() => false);
  const begunMsAgo = performance.now() - turn.begunAt;
  const times = { begunMsAgo, at: clock.now(), leaseMs: terms.leaseMs, timeoutMs: account.timeoutMs };
  if (!mayWrite || turn.stop.aborted || !mayStillWrite(record, times)) {
    return { kind: "notSent", phase: "guard" };
  }
  if (record.content === undefined) {
    return { kind: "rejected", scope: "message", code: "no_content", providerCode: "" };
  }
  const reference = record.references?.[name];
  const message = {
    id: record.id,
    to: record.to,
    content: record.content,
    validForMs: record.expiresAt - clock.now(),
    ...(reference === undefined ? {} : { reference }),
    ...(record.routeRule === undefined ? {} : { routeRule: record.routeRule }),
  };
  await context.reached?.("send-guarded");
  const request = context.provider.send([message], UNTIL_ITS_DEADLINE);
  const sending = context.tracing.request("send", [record], request).catch((error: Error) => {
    // A bug: nobody knows how far it came.
    log.error({ id: record.id, error: error.name, frames: framesOf(error) }, "adapter threw");
    return new Map<string, Outcome>();
  });
  await context.reached?.("send-on-wire");
  const outcomes = await sending;
  return outcomes.get(record.id) ?? { kind: "maybeSent", phase: "answer", evidence: "no_outcome" };
}

/** Records what the attempt proved and, for a message that was or may have been accepted, when to ask about it, in one step. */
export async function finish(
  context: AccountContext,
  record: MessageRecord,
  outcome: Outcome,
): Promise<void> {
  const { clock, terms, check, log, name } = context;
  const at = clock.now();
  const chance = context.chance();
  const result = await context.commitTogether(record, (current) => {
    const event = { type: "outcome", at, attempt: record.attempt, outcome, terms, chance } as const;
    const after = apply(current, event);
    return { after, dueAt: firstAskAt(current, after, at, terms, check) };
  });
  const state = "record" in result ? result.record.state : result.kind;
  if (outcome.kind === "accepted" && outcome.notice !== undefined) {
    log.warn({ id: record.id, account: name, notice: outcome.notice }, "taken, with a notice");
  }
  log.debug({ id: record.id, account: name, attempt: record.attempt, outcome: outcome.kind, state }, "sent");
}
