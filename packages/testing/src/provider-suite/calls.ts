import type { Phase } from "@hermod/core/outcome";
import { expect } from "vitest";
import type { Adapter, Message, Operation, Subject, Told } from "./subject.ts";

/** When every attempt of the suite's messages began. */
const ATTEMPTED_AT = Date.UTC(2026, 2, 1, 12);

/** One of the things that an adapter can be asked, and how it tells that it got nothing. */
export interface Call {
  readonly name: string;
  readonly operation: Operation<Told>;
  /** Most messages in one request. */
  readonly batch: number;
  /** It is about the account, and no message. */
  readonly isOfAccount: boolean;
  /** How many messages it can be asked about at once, of so many. */
  most(count: number): number;
  /** How many requests so many messages need. */
  requests(count: number): number;
  ask(
    adapter: Adapter,
    messages: readonly Message[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Told>>;
  /** What is told after a request that came so far. `detail` is the word for it. */
  nothing(phase: Phase, detail?: RegExp): Told;
  /** What is told after a 429 that asks for this wait. */
  throttled(wait: { readonly retryAfterMs?: unknown }): Told;
  /** Whether something is told that could only be known from an answer. */
  isEvidence(told: Told): boolean;
}

/** Never aborted. */
export const never = new AbortController().signal;

const WORD = /^[A-Za-z][A-Za-z0-9_]{1,60}$/;

/** Everything that the subject can be asked by a request. */
export function callsOf(subject: Subject): readonly Call[] {
  const { sendBatch, statusBatch } = subject.capabilities;
  const send: Call = {
    name: "send",
    operation: subject.send,
    batch: sendBatch,
    isOfAccount: false,
    most: (count) => count,
    requests: (count) => Math.ceil(count / sendBatch),
    ask: (adapter, messages, signal) => adapter.send(messages, signal),
    nothing(phase, detail = WORD) {
      return phase === "guard" || phase === "connect"
        ? { kind: "notSent", phase, detail: expect.stringMatching(detail) }
        : { kind: "maybeSent", phase, evidence: expect.stringMatching(detail) };
    },
    throttled: (wait) => ({ kind: "throttled", scope: "account", ...wait }),
    isEvidence: (told) => "providerId" in told || "batchId" in told || "parts" in told,
  };
  const query: Pick<Call, "nothing" | "throttled" | "isEvidence"> = {
    nothing: (_, detail) => unavailable(detail),
    throttled: (wait) => ({ ...unavailable(), ...wait }),
    isEvidence: ({ kind }) => kind !== "unavailable" && kind !== "absent",
  };
  const ofMessages = (name: string, operation: Operation<Told>, ask: Call["ask"]): Call => ({
    ...query,
    name,
    operation,
    ask,
    batch: operation.isShared === true ? 1 : statusBatch,
    isOfAccount: false,
    most: (count) => count,
    requests: (count) => (operation.isShared === true ? 1 : Math.ceil(count / statusBatch)),
  });
  const ofAccount = (name: "balance" | "health"): Call[] => {
    const operation = subject[name];
    if (operation === undefined) return [];
    const call: Call = {
      ...query,
      name,
      operation,
      batch: 1,
      isOfAccount: true,
      most: () => 1,
      requests: () => 1,
      async ask(adapter, messages, signal) {
        const told = await adapter[name]?.(signal);
        return new Map(messages.flatMap(({ id }) => (told === undefined ? [] : [[id, told] as const])));
      },
    };
    // A balance does not tell how long to rest: nobody asks for it in a row.
    return [name === "balance" ? { ...call, throttled: () => unavailable() } : call];
  };
  return [
    send,
    ofMessages("status", subject.status, (adapter, messages, signal) => adapter.status(messages, signal)),
    ...Object.entries(subject.lookups ?? {}).map(([name, operation]) =>
      ofMessages(name, operation, async (adapter, messages, signal) =>
        adapter.lookup === undefined ? new Map() : await adapter.lookup(messages, signal),
      ),
    ),
    ...ofAccount("balance"),
    ...ofAccount("health"),
  ];
}

/** The messages of the suite, `count` of them. */
export function messagesOf(subject: Subject, count: number): readonly Message[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `m${n}`,
    content: {
      text: `Kennwort ${482_913 + n} Nguyen`,
      template: "OTP",
      params: { otp: String(482_913 + n), name: "Nguyen" },
    },
    validForMs: 300_000,
    reference: n + 1,
    attemptedAt: ATTEMPTED_AT,
    ...subject.message(n),
  }));
}

/** What the right answer tells of each message. */
export function resultsOf(call: Call, messages: readonly Message[]): ReadonlyMap<string, Told> {
  return new Map(messages.map((message) => [message.id, call.operation.result(message, messages)]));
}

/** Each message, and no other, was told exactly this. */
export function expectEach(
  told: ReadonlyMap<string, Told>,
  messages: readonly Message[],
  expected: Told,
): void {
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(messages.map(({ id }) => [id, expected])));
}

function unavailable(detail = WORD): Told & { reason: unknown } {
  return { kind: "unavailable", reason: expect.stringMatching(detail) };
}
