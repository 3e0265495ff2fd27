import { z } from "zod";

/** How spans leave the process. */
export interface TraceExport {
  readonly how: "console" | "http/json" | "http/protobuf";
  /** Deadline of one export, and so of what is left in hand when the process ends. */
  readonly timeoutMs: number;
}

const Protocol = z.enum(["http/json", "http/protobuf"]).optional();
const Timeout = z.coerce.number("must be milliseconds").int().min(1).optional();

/** The standard variables that decide whether, and how, traces are shown. */
export const TraceVariables = {
  OTEL_SDK_DISABLED: z.enum(["true", "false"]).optional(),
  OTEL_TRACES_EXPORTER: z.enum(["none", "otlp", "console"]).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.url().optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: Protocol,
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: Protocol,
  OTEL_EXPORTER_OTLP_TIMEOUT: Timeout,
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: Timeout,
};

/** Shorter than the standard's ten seconds: a process that ends waits for it, and has little more time than that. */
const TIMEOUT_MS = 2000;

/** What the variables ask for; nothing unless an exporter or an endpoint is named. */
export function traceExportOf(env: z.infer<z.ZodObject<typeof TraceVariables>>): TraceExport | undefined {
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const exporter = env.OTEL_TRACES_EXPORTER ?? (endpoint === undefined ? "none" : "otlp");
  if (env.OTEL_SDK_DISABLED === "true" || exporter === "none") return undefined;
  const timeoutMs = env.OTEL_EXPORTER_OTLP_TRACES_TIMEOUT ?? env.OTEL_EXPORTER_OTLP_TIMEOUT ?? TIMEOUT_MS;
  if (exporter === "console") return { how: "console", timeoutMs };
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? env.OTEL_EXPORTER_OTLP_PROTOCOL;
  return { how: protocol ?? "http/protobuf", timeoutMs };
}
