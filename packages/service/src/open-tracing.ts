import { DiagLogLevel, diag } from "@opentelemetry/api";
import type { TraceExport } from "./trace-export.ts";
import { NO_TRACING, type Tracing, tracingWith } from "./tracing.ts";

export interface OpenTracing extends Tracing, AsyncDisposable {}

/**
 * Opens tracing as the environment asks; without it nothing is loaded and nothing shown. Where spans go (endpoint, headers,
 * certificates) the exporter reads from the standard variables itself.
 */
export async function openTracing(
  process: string,
  wanted: TraceExport | undefined,
  report: (what: string, error: unknown) => void,
): Promise<OpenTracing> {
  if (wanted === undefined) return { ...NO_TRACING, [Symbol.asyncDispose]: async () => {} };
  const { BatchSpanProcessor, TracerProvider } = await import("@opentelemetry/sdk-trace");
  const { defaultResource, detectResources, envDetector, resourceFromAttributes } = await import(
    "@opentelemetry/resources"
  );
  // It tells of failed exports, with addresses and headers: that one failed is enough.
  const failed = () => report("showing traces", new Error("they could not be exported"));
  const quiet = () => {};
  diag.setLogger(
    { error: failed, warn: failed, info: quiet, debug: quiet, verbose: quiet },
    DiagLogLevel.WARN,
  );
  const named = resourceFromAttributes({ "service.name": `hermod-${process}` });
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(named)
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor({ exporter: await exporterOf(wanted) })],
  });
  return {
    ...tracingWith(provider.getTracer("hermod")),
    async [Symbol.asyncDispose]() {
      await provider.shutdown().catch(failed);
    },
  };
}

async function exporterOf({ how, timeoutMs }: TraceExport) {
  const config = { timeoutMillis: timeoutMs };
  switch (how) {
    case "console": {
      const { ConsoleSpanExporter } = await import("@opentelemetry/sdk-trace");
      return new ConsoleSpanExporter();
    }
    case "http/json": {
      const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-http");
      return new OTLPTraceExporter(config);
    }
    case "http/protobuf": {
      const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-proto");
      return new OTLPTraceExporter(config);
    }
    default:
      return how satisfies never;
  }
}
