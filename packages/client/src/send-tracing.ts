import type { ParsedMessageInput } from "@hermod/core/message";
import { traceparentOf } from "@hermod/core/trace-context";
import type { Accepted, Refused } from "./accept-messages.ts";

type Api = typeof import("@opentelemetry/api");

/** Begins a trace, or goes on with the caller's, for messages that are handed over. */
export interface SendTracing {
  begin(inputs: readonly ParsedMessageInput[]): SendSpans;
}

export interface SendSpans {
  /** For each message what its record keeps; nothing when nobody follows it. */
  readonly traces: readonly (string | undefined)[];
  /** Ends the spans, with one result for each message. */
  end(results: readonly (Accepted | Refused)[]): void;
}

/**
 * Follows messages where the application that hands them over has set up OpenTelemetry. Its own copy of the API
 * decides, because only that one knows the application's tracer; an application without it pays nothing.
 */
export async function openSendTracing(): Promise<SendTracing> {
  const api = await import("@opentelemetry/api").catch(() => undefined);
  return { begin: (inputs) => (api === undefined ? none(inputs) : begin(api, inputs)) };
}

function none(inputs: readonly ParsedMessageInput[]): SendSpans {
  return { traces: inputs.map(() => undefined), end: () => {} };
}

function begin(
  { trace, SpanKind, SpanStatusCode, TraceFlags }: Api,
  inputs: readonly ParsedMessageInput[],
): SendSpans {
  const tracer = trace.getTracer("@hermod/client");
  const spans = inputs.map(({ account, route, priority }) => {
    const attributes = {
      "messaging.system": "hermod",
      "hermod.account": route?.[0] ?? account ?? "",
      "hermod.lane": priority,
    };
    return tracer.startSpan("hermod send", { kind: SpanKind.PRODUCER, attributes });
  });
  return {
    traces: spans.map((span) => {
      const { traceId, spanId, traceFlags } = span.spanContext();
      const isFollowed = span.isRecording() && (traceFlags & TraceFlags.SAMPLED) !== 0;
      return isFollowed ? traceparentOf({ traceId, spanId }) : undefined;
    }),
    end(results) {
      for (const [index, span] of spans.entries()) {
        const result = results[index];
        if (result === undefined || "error" in result) {
          // The error's message is left out: it may name what the caller put in.
          span.setStatus({ code: SpanStatusCode.ERROR, message: result?.error.name ?? "no result" });
        } else {
          span.setAttributes({ "messaging.message.id": result.id, "hermod.duplicate": result.duplicate });
        }
        span.end();
      }
    },
  };
}
