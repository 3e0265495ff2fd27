import { forgetGroup } from "@hermod/broker/final-groups";
import { apply } from "@hermod/core/apply";
import type { CostTotal } from "@hermod/core/cost";
import type { ExplainedStep, Explanation } from "@hermod/core/explain";
import { MessageId } from "@hermod/core/job";
import type { Measurement } from "@hermod/core/measurement";
import { type MeasureInput, MessageInput } from "@hermod/core/message";
import type { ReplayFilter } from "@hermod/core/replay";
import type { StateEvent } from "@hermod/core/state-event";
import type { MessageView } from "@hermod/core/view";
import type { Accepted, Refused } from "./accept-messages.ts";
import { type CallbackLetters, callbackLetters } from "./callback-letters.ts";
import { explainMessage, stepsOfMessage } from "./explain-message.ts";
import { type FinalsOptions, finals } from "./finals.ts";
import { findMessages } from "./find-messages.ts";
import { measure } from "./measure.ts";
import { type ClientOptions, openSession, type Session } from "./open-session.ts";
import { type Days, readCosts } from "./read-costs.ts";
import { planReplay, type Replayed, type ReplayPlan, replay } from "./replay-messages.ts";
import { sendMany } from "./send-many.ts";
import { openSendTogether } from "./send-together.ts";
import { type SuppressionLists, suppressionLists } from "./suppression-lists.ts";
import { HermodUnavailableError } from "./unavailable-error.ts";
import { openWaiting, unreadable, viewById, type WaitOptions } from "./wait-for-final.ts";
import { openDeadline } from "./within-deadline.ts";

/**
 * Hands messages over and tells what became of them. Everything rejects within 2 s when Redis is away, and at
 * once when the client is closed.
 */
export interface Hermod extends AsyncDisposable {
  /**
   * Takes a message; once this resolves it will reach a final state. Throws `HermodInputError` naming every
   * bad field.
   */
  send(message: MessageInput): Promise<Accepted>;
  /**
   * Takes many; one result per message, in order, and a bad one hinders no other. However many there are, the
   * rest is refused once Redis has been away for 2 s.
   */
  sendMany(messages: readonly MessageInput[]): Promise<(Accepted | Refused)[]>;
  /**
   * Tells what becomes of a content at each account of a route, in its order: encoding, length and segments,
   * and whether it fits or why not. Nothing is sent. Throws `HermodInputError` for an account that is not known.
   */
  measure(input: MeasureInput): Promise<Measurement[]>;
  get(id: string): Promise<MessageView | undefined>;
  /**
   * The latest messages to a number in E.164 form, the newest first, a hundred at most. Only its keyed hash is kept, so that the client
   * needs the keys that the messages were handed over with.
   */
  find(number: string): Promise<MessageView[]>;
  /** Waits until the message is final. Rejects with the reason of `signal`, or a `TimeoutError`. */
  waitForFinal(id: string, options?: WaitOptions): Promise<MessageView>;
  /**
   * What the messages that were accepted on these days (UTC) came to, by day, account, producer and currency, as far as their
   * providers told by now. Exact: decimal texts, never rounded.
   */
  costs(days: Days): Promise<CostTotal[]>;
  /** What a replay would do: how many, about what they cost, and what speaks against it. Changes nothing; goes through all records. */
  planReplay(filter: ReplayFilter): Promise<ReplayPlan>;
  /**
   * Sends again what came to nothing, as new messages with the metadata `replayOf`; each once, however often it is asked for. What
   * may have been sent is left out unless the filter says otherwise, and what has no text any more in any case.
   */
  replay(filter: ReplayFilter): Promise<Replayed>;
  /** Numbers that get no messages. */
  readonly suppression: SuppressionLists;
  /** Callbacks to producers that were given up. */
  readonly callbacks: CallbackLetters;
  /** Everything that happened to a message, in order, and what its time went into; undefined when there is no such message. */
  explain(id: string): Promise<Explanation | undefined>;
  /** What happened to one message and what happens, step by step, until it is final. */
  events(id: string, options?: { readonly signal?: AbortSignal }): AsyncIterableIterator<ExplainedStep>;
  /**
   * The final states of a producer's messages, at least once each, as `for await (const event of …)`: a final counts as done when
   * the next one is asked for. Survives crashes of its consumers and of Redis; ends with the reason of `signal`.
   */
  finals(options: FinalsOptions): AsyncIterableIterator<StateEvent>;
  /** Ends a group that nobody consumes through any more, so that nobody is told of what it misses; false when there is none. */
  forgetGroup(group: { readonly producer?: string; readonly group: string }): Promise<boolean>;
  /** `canceled` means that it was not and will never be written to a provider. */
  cancel(id: string): Promise<"canceled" | "too_late" | "not_found">;
  /** Ends the client, and whatever still waits with a `HermodUnavailableError`. */
  close(): Promise<void>;
}

/**
 * Connects, and makes sure of the server; rejects with a `HermodUnavailableError` within 2 s when it cannot
 * be used, and with a `HermodInputError` when its keys are not those of the workers.
 */
export async function openClient(options: ClientOptions): Promise<Hermod> {
  const closing = new AbortController();
  const closed = closing.signal;
  const session = await openSession(options, closed);
  const { current, another } = session;
  const waiting = openWaiting({ another, current, closed });
  const close = async (): Promise<void> => {
    if (closed.aborted) return;
    closing.abort(new HermodUnavailableError("the client is closed"));
    await session[Symbol.asyncDispose]();
  };
  // What is handed over is taken as it is now, whatever its owner does to it afterwards.
  const checked = (message: MessageInput) => MessageInput.safeParse(message);
  const sendTogether = openSendTogether((messages) => sendMany(session, messages, closed));
  return {
    sendMany: async (messages) => await sendMany(session, messages.map(checked), closed),
    async send(message) {
      const result = await sendTogether(checked(message));
      if (result === undefined) throw new HermodUnavailableError("no result");
      if ("error" in result) throw result.error;
      return result;
    },
    measure: (input) => measure(session, input, closed),
    async get(id) {
      closed.throwIfAborted();
      if (!MessageId.safeParse(id).success) return undefined;
      return await openDeadline(closed).within(async () => await viewById(await current(), id));
    },
    find: (number) => findMessages(session, number, closed),
    waitForFinal: (id, waitOptions) => waiting.waitForFinal(id, waitOptions),
    explain: (id) => explainMessage(session, id, closed),
    events: (id, { signal } = {}) => stepsOfMessage(session, id, closed, signal),
    finals: (finalsOptions) => finals({ redis: session.redis, current, closed }, finalsOptions),
    forgetGroup({ producer = "default", group }) {
      const { redis } = session;
      return openDeadline(closed).within(async () =>
        forgetGroup(redis, (await current()).installation.keys, producer, group),
      );
    },
    async cancel(id) {
      closed.throwIfAborted();
      if (!MessageId.safeParse(id).success) return "not_found";
      return await openDeadline(closed).within(() => cancel(session, id));
    },
    costs: async (days) => await readCosts(session, days, closed),
    planReplay: async (filter) => await planReplay(session, filter, closed),
    replay: async (filter) => await replay(session, filter, closed),
    suppression: suppressionLists(session, closed),
    callbacks: callbackLetters(session, closed),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function cancel(
  { accounts, clock, current }: Session,
  id: string,
): Promise<"canceled" | "too_late" | "not_found"> {
  // How long the record of what ends here is kept stands in its account's announcement.
  await accounts.refresh([]);
  const { store } = await current();
  const result = await store.change(id, (record) => ({
    after: apply(record, { type: "cancel", at: clock.now() }),
  }));
  if (result.kind === "missing") return "not_found";
  if (result.kind === "unreadable") throw unreadable(result.why);
  return result.record.state === "canceled" ? "canceled" : "too_late";
}
