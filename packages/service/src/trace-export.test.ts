import { expect, test } from "vitest";
import { readEnvironment } from "./environment.ts";

const ENDPOINT = "http://collector:4318";

test.for([
  [{}, undefined],
  [{ OTEL_SERVICE_NAME: "mine" }, undefined],
  [{ OTEL_TRACES_EXPORTER: "none", OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT }, undefined],
  [{ OTEL_SDK_DISABLED: "true", OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT }, undefined],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "" }, undefined],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT }, { how: "http/protobuf", timeoutMs: 2000 }],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: ENDPOINT }, { how: "http/protobuf", timeoutMs: 2000 }],
  [{ OTEL_TRACES_EXPORTER: "console" }, { how: "console", timeoutMs: 2000 }],
  [
    {
      OTEL_TRACES_EXPORTER: "otlp",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_TIMEOUT: "500",
    },
    { how: "http/json", timeoutMs: 500 },
  ],
] as const)("traces are shown only where a variable asks for it: %j", ([env, wanted]) => {
  expect(readEnvironment(env).traceExport).toEqual(wanted);
});

test("a way that is not supported is told, and not passed over", () => {
  expect(() => readEnvironment({ OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" })).toThrow(
    /OTEL_EXPORTER_OTLP_PROTOCOL/,
  );
});
