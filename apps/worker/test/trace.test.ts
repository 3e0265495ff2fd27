import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { delivered } from "@hermod/simulator/etelecom/plan";
import { dumpRedis } from "@hermod/testing/dump-redis";
import { waitUntil } from "@hermod/testing/wait";
import { SpanKind, trace } from "@opentelemetry/api";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startCollector } from "./collector.ts";
import { message, startInstallation } from "./installation.ts";

const TEST = { timeout: 60_000 };
const WAIT = { timeoutMs: 20_000 };

/** What the application shows that hands messages over. */
const application = new InMemorySpanExporter();

beforeEach(() => {
  application.reset();
  const spanProcessors = [new SimpleSpanProcessor({ exporter: application })];
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors }));
});
afterEach(() => {
  trace.disable();
});

/** An installation whose processes show their traces to a collector. */
async function followed(options: Parameters<typeof startInstallation>[0] = {}) {
  const collector = await startCollector();
  const installation = await startInstallation({ ...options, workers: 0, pollers: 0 });
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_PROTOCOL: "http/json" };
  const processes = [await installation.start("poller", env), await installation.start("worker", env)];
  return {
    ...installation,
    collector,
    /** Ends the processes: what they have in hand is shown then. */
    async end() {
      for (const each of processes) each.kill("SIGTERM");
      expect(await Promise.all(processes.map(({ ended }) => ended))).toEqual([0, 0]);
    },
    async [Symbol.asyncDispose]() {
      await installation[Symbol.asyncDispose]();
      await collector[Symbol.asyncDispose]();
    },
  };
}

describe("a message that its producer follows", () => {
  test("has one trace from send() to its final state, through all processes", TEST, async () => {
    await using installation = await followed({ simulator: { plan: () => delivered(600) } });
    const { hermod, collector } = installation;
    const { id } = await hermod.send(message("1"));
    await hermod.waitForFinal(id, WAIT);
    await installation.end();
    const [root] = application.getFinishedSpans();
    expect(root).toMatchObject({ name: "hermod send", kind: SpanKind.PRODUCER });
    expect(root?.attributes).toMatchObject({ "messaging.message.id": id, "hermod.account": "etelecom-main" });
    const { traceId, spanId } = root?.spanContext() ?? {};
    expect(new Set(collector.spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
    expect(new Set(collector.spans.map(({ parentSpanId }) => parentSpanId))).toEqual(new Set([spanId]));
    const names = collector.spans.map(({ name }) => name);
    const walk = ["wait", "sending", "send", "submitted", "check", "delivered"].map(
      (name) => `hermod ${name}`,
    );
    expect(names).toEqual(expect.arrayContaining(walk));
    // One that came too late for its slot, as the connection had to be made first, was not written.
    const sent = collector.spans.filter(({ name }) => name === "hermod send");
    expect(sent.at(-1)?.attributes.get("hermod.answer")).toBe("accepted");
    expect(sent.at(-1)?.service).toBe("hermod-worker");
  });

  test("is followed by the poller too, where time alone ends it", TEST, async () => {
    await using installation = await followed({ account: { baseUrl: "http://127.0.0.1:9" } });
    const { hermod, collector } = installation;
    const { id } = await hermod.send(message("1", { expiresInMs: 1500 }));
    await hermod.waitForFinal(id, WAIT);
    await installation.end();
    const [root] = application.getFinishedSpans();
    const failed = collector.spans.filter(({ name }) => name === "hermod send");
    expect(failed.map(({ attributes }) => attributes.get("hermod.answer"))).toContain("notSent");
    const ended = collector.spans.find(({ name }) => /hermod (?:expired|failed)/.test(name));
    expect(ended?.traceId).toBe(root?.spanContext().traceId);
  });

  test("shows no number, no text, no secret and no key to anybody", TEST, async () => {
    await using installation = await followed({ simulator: { plan: () => delivered(200) } });
    const { hermod, collector } = installation;
    const results = await hermod.sendMany([
      message("CANARY", { idempotencyKey: "KEY-CANARY", metadata: { order: "CANARY" } }),
      message("2", { content: { template: "CANARY", params: {} } }),
      message("3", { to: "84836106872" }),
    ]);
    await Promise.all(
      results.flatMap((result) => ("id" in result ? [hermod.waitForFinal(result.id, WAIT)] : [])),
    );
    const inRedis = (await dumpRedis(installation.redis.url)).filter((line) => !line.includes(":m:"));
    await installation.end();
    const names = new Set(collector.spans.map(({ name }) => name));
    expect(names).toContain("hermod delivered");
    expect(names).toContain("hermod rejected");
    const shown = application
      .getFinishedSpans()
      .map(({ name, attributes, events, status }) => [name, attributes, events, status]);
    expect(shown).toHaveLength(2);
    expect(collector.said() + JSON.stringify(shown)).not.toMatch(/CANARY|84836106872|secret|otp/i);
    const [{ traceId = "" } = {}] = collector.spans;
    expect(inRedis.join("\n")).not.toContain(traceId);
  });

  test("is sent to a provider that is told nothing of the trace", TEST, async () => {
    const headers: string[] = [];
    const provider = createServer((request, response) => {
      headers.push(...request.rawHeaders.map((word) => word.toLowerCase()));
      request.resume().on("end", () => response.writeHead(500).end());
    });
    await once(provider.listen(0, "127.0.0.1"), "listening");
    const { port } = provider.address() as AddressInfo;
    await using installation = await followed({ account: { baseUrl: `http://127.0.0.1:${port}` } });
    const { hermod, collector } = installation;
    const { id } = await hermod.send(message("1", { expiresInMs: 1500 }));
    await hermod.waitForFinal(id, WAIT);
    await installation.end();
    provider.closeAllConnections();
    provider.close();
    const [{ traceId = "missing" } = {}] = collector.spans;
    expect(headers).toContain("content-type");
    expect(headers.join("\n")).not.toMatch(/traceparent|tracestate|baggage/);
    expect(headers.join("\n")).not.toContain(traceId);
  });
});

describe("without a wish for traces", () => {
  test("nothing is shown, and a message that is not followed has nothing on its record", TEST, async () => {
    await using collector = await startCollector();
    await using installation = await startInstallation({
      simulator: { plan: () => delivered(200) },
      workers: 0,
      pollers: 0,
    });
    const { hermod, start, redis } = installation;
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_EXPORTER: "none" };
    await start("poller", env);
    await start("worker", env);
    const { id: followedId } = await hermod.send(message("1"));
    trace.disable();
    const { id } = await hermod.send(message("2"));
    await Promise.all([hermod.waitForFinal(followedId, WAIT), hermod.waitForFinal(id, WAIT)]);
    const records = (await dumpRedis(redis.url)).filter((line) => line.includes(":m:"));
    expect(records.find((line) => line.includes(id))).not.toMatch(/"tr":/);
    expect(records.find((line) => line.includes(followedId))).toMatch(/"tr":"00-/);
    expect(collector.spans).toEqual([]);
  });

  test("a collector that is away keeps nobody from sending or from ending", TEST, async () => {
    await using installation = await startInstallation({
      simulator: { plan: () => delivered(200) },
      workers: 0,
    });
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" };
    const worker = await installation.start("worker", env);
    const { id } = await installation.hermod.send(message("1"));
    expect(await installation.hermod.waitForFinal(id, WAIT)).toMatchObject({ state: "delivered" });
    worker.kill("SIGTERM");
    expect(await worker.ended).toBe(0);
    await waitUntil("the end to be told", () =>
      worker.lines.some((line) => line.includes('"msg":"stopped"')),
    );
  });
});
