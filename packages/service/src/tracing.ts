import type { MessageRecord } from "@hermod/core/record";
import { traceContextOf } from "@hermod/core/trace-context";
import type { Transition } from "@hermod/core/transition";
import {
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace as traceApi,
} from "@opentelemetry/api";

/** A message that a request is about. */
type Traced = Pick<MessageRecord, "id" | "trace" | "account" | "attempt">;

/** What a provider's answer says of one message, as far as a trace tells it. */
type Answer = { readonly kind: string } | undefined;

/**
 * Shows what happens to messages whose producer follows them, each in the trace that began when it was handed
 * over. Attributes hold ids, names and words of ours: no number, no text, no secret, and nothing that a provider said.
 */
export interface Tracing {
  /** Shows a request to a provider, once for each of the messages it is about. */
  request<Answers extends ReadonlyMap<string, Answer> | undefined>(
    operation: "send" | "check",
    messages: readonly Traced[],
    request: Promise<Answers>,
  ): Promise<Answers>;
  /** Shows a committed change: how long a message waited, and the state it moved into. */
  transition(transition: Transition): void;
}

/** Shows nothing. */
export const NO_TRACING: Tracing = {
  request: (_operation, _messages, request) => request,
  transition: () => {},
};

/** Shows it to a tracer. */
export function tracingWith(tracer: Tracer): Tracing {
  const begin = (
    name: string,
    kind: SpanKind,
    { id, trace, account }: Omit<Traced, "attempt">,
    startTime?: number,
  ) => {
    const context = traceContextOf(trace);
    if (context === undefined) return undefined;
    const parent = traceApi.setSpanContext(ROOT_CONTEXT, { ...context, traceFlags: 1, isRemote: true });
    const attributes = {
      "messaging.system": "hermod",
      "messaging.message.id": id,
      "hermod.account": account,
    };
    return tracer.startSpan(
      name,
      { kind, attributes, ...(startTime === undefined ? {} : { startTime }) },
      parent,
    );
  };
  return {
    async request(operation, messages, request) {
      const spans = messages.flatMap((message): [string, Span][] => {
        const span = begin(`hermod ${operation}`, SpanKind.CLIENT, message);
        if (span === undefined) return [];
        span.setAttributes({ "hermod.attempt": message.attempt, "hermod.batch_size": messages.length });
        return [[message.id, span]];
      });
      const answers = await request.catch((error: unknown) => {
        for (const [, span] of spans) span.setStatus({ code: SpanStatusCode.ERROR }).end();
        throw error;
      });
      for (const [id, span] of spans) {
        const word = answers?.get(id)?.kind ?? "none";
        span.setAttribute("hermod.answer", word);
        if (FAILURES.has(word)) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      }
      return answers;
    },
    transition(transition) {
      const { entered, waitedMs } = transition;
      const now = Date.now();
      if (waitedMs !== undefined)
        begin("hermod wait", SpanKind.INTERNAL, transition, now - waitedMs)?.end(now);
      if (entered === undefined) return;
      const span = begin(`hermod ${entered.state}`, SpanKind.INTERNAL, transition, now);
      span?.setAttributes({ "hermod.state": entered.state, "hermod.reason": entered.reason }).end(now);
    },
  };
}

/** Answers that tell of trouble, and not of what became of the message. */
const FAILURES: ReadonlySet<string> = new Set(["none", "notSent", "maybeSent", "throttled", "unavailable"]);
