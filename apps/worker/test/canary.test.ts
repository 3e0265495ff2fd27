import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect, promisify } from "node:util";
import { connectRedis } from "@hermod/broker/connect";
import { numberKeys } from "@hermod/broker/number-hashes";
import { openObserver } from "@hermod/broker/observe";
import { openClient } from "@hermod/client";
import { type AppProcess, startApp } from "@hermod/testing/app-process";
import { findCanaries } from "@hermod/testing/canaries";
import { dumpRedis } from "@hermod/testing/dump-redis";
import { freePort } from "@hermod/testing/free-port";
import { startRedis } from "@hermod/testing/redis";
import { waitUntil } from "@hermod/testing/wait";
import { trace } from "@opentelemetry/api";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { expect, test } from "vitest";
import { startEndpointThatTells } from "./canary-callbacks.ts";
import { startProvidersThatTell, untilAllFaultsAreMet } from "./canary-providers.ts";
import { CANARIES, KEY, NATIONAL, NUMBERS, TOLD } from "./canary-words.ts";
import { startCollector } from "./collector.ts";

const MESSAGES = 48;
const CLI = join(import.meta.dirname, "../../cli/src/main.ts");

/** Which accounts a message may go through, and to whom. */
const WAYS: readonly { readonly route: string[]; readonly to: string }[] = [
  { route: ["omni", "web"], to: NUMBERS[0] },
  { route: ["web", "omni"], to: NUMBERS[0] },
  { route: ["box", "web"], to: NUMBERS[0] },
  { route: ["persia"], to: NUMBERS[1] },
];

test("on the worst of days nothing private stands anywhere: no log, no key of Redis, no figure, trace, page, output or error", {
  timeout: 150_000,
}, async () => {
  await using stack = new AsyncDisposableStack();
  const ports = { ingress: await freePort(), board: await freePort() };
  const [ingress, board] = [`http://127.0.0.1:${ports.ingress}`, `http://127.0.0.1:${ports.board}`];
  const addressOf = (account: string): string => `${ingress}/push/${account}/${CANARIES["push token"]}`;
  const login = { login: CANARIES.login, password: CANARIES["provider's password"] };
  const providers = stack.use(await startProvidersThatTell(TOLD, login, addressOf));
  const endpoint = stack.use(await startEndpointThatTells(TOLD, CANARIES["callback's address"]));
  const redis = stack.use(await startRedis());
  const collector = stack.use(await startCollector());
  const folder = await mkdtemp(join(tmpdir(), "hermod-canary-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const limits = {
    sendPerSecond: 50,
    statusPerSecond: 50,
    timeoutMs: 500,
    pushToken: CANARIES["push token"],
  };
  const accounts = Object.entries(providers.accounts).map(([name, account]) => [
    name,
    { ...account, ...limits },
  ]);
  const path = join(folder, "hermod.yaml");
  const encryption = { keys: { k1: KEY }, active: "k1" };
  await writeFile(
    path,
    JSON.stringify({
      accounts: Object.fromEntries(accounts),
      check: { minMs: 100, maxMs: 500, horizonMs: 4000 },
      reconcile: { settleMs: 300 },
      retry: { delaysMs: [100, 200, 200] },
      breaker: { probeMs: 200 },
      failover: { afterMs: 1000 },
      lease: { leaseMs: 4000, lockMs: 5000, stalledMs: 1000 },
      encryption,
      callbacks: {
        producers: { default: { url: endpoint.url, secrets: [`whsec_${CANARIES["callback's secret"]}`] } },
        retryDelaysMs: [50],
        allowedNetworks: ["127.0.0.1"],
      },
    }),
    { mode: 0o600 },
  );

  const processes: { readonly name: string; readonly port: number; readonly started: AppProcess }[] = [];
  const start = async (name: "worker" | "poller" | "ingress" | "board", given?: number) => {
    const port = given ?? (await freePort());
    const traces = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_PROTOCOL: "http/json" };
    const access = { BOARD_USER: "operator", BOARD_PASSWORD: CANARIES["board's password"] };
    const numbers = { BOARD_NUMBER_KEYS: numberKeys(encryption).join(",") };
    const env = {
      REDIS_URL: redis.url,
      HERMOD_CONFIG: path,
      LOG_LEVEL: "trace",
      PORT: `${port}`,
      ...traces,
      ...access,
      ...numbers,
    };
    const started = stack.use(await startApp(name, { env }));
    processes.push({ name: `${name} ${processes.length}`, port, started });
    return started;
  };
  await Promise.all([
    start("poller"),
    start("ingress", ports.ingress),
    start("board", ports.board),
    start("worker"),
  ]);
  const doomed = await start("worker");

  // The application follows its messages: so do all processes.
  const application = new InMemorySpanExporter();
  const spanProcessors = [new SimpleSpanProcessor({ exporter: application })];
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors }));
  stack.defer(() => trace.disable());
  const hermod = stack.use(await openClient({ redisUrl: redis.url, encryption }));
  const content = { template: "OTP", params: { otp: CANARIES.password }, text: CANARIES.text };
  const handOver = (count: number, ways = WAYS, key = "") =>
    hermod.sendMany(
      Array.from({ length: count }, (_, n) => ({
        ...(ways[n % ways.length] ?? { route: [], to: "" }),
        content,
        idempotencyKey: `${NATIONAL}-${key}${n}`,
        expiresInMs: 10_000,
        onUnknown: n % 3 === 0 ? ("resend" as const) : ("hold" as const),
      })),
    );
  // Whichever faults the others meet, these end in states of their own.
  await hermod.suppression.add([NUMBERS[0]], { producer: "stopped" });
  const stopped = { route: ["web"], to: NUMBERS[0], content, producer: "stopped" };
  const later = { route: ["web"], to: NUMBERS[0], content, sendAt: Date.now() + 3_600_000 };
  const results = [...(await handOver(MESSAGES)), ...(await hermod.sendMany([stopped, later]))];
  const ids = results.map((result) => ("id" in result ? result.id : ""));
  const errors: string[] = results.flatMap((result) => ("error" in result ? [String(result.error)] : []));
  expect(errors).toEqual([]);
  expect(await hermod.cancel(ids.at(-1) ?? "")).toBe("canceled");
  const refused = [
    hermod.send({ account: "omni", to: `+84 0${NATIONAL}`, content: { text: CANARIES.text } }),
    hermod.send({ account: CANARIES.login, to: "+1", content: { template: CANARIES.password } }),
    hermod.send({
      account: "omni",
      to: `+84${NATIONAL}`,
      content: { template: "OTP" },
      idempotencyKey: `${NATIONAL}-0`,
    }),
    hermod.waitForFinal(ids[0] ?? "", { timeoutMs: 1 }),
  ];
  for (const each of await Promise.allSettled(refused))
    errors.push(
      each.status === "rejected" ? `${each.reason} ${JSON.stringify(each.reason)} ${each.reason?.stack}` : "",
    );
  await waitUntil("some to be sent through each account", () => providers.leastAsked() > 5, {
    timeoutMs: 30_000,
  });
  // While most of them are under way: what lies in Redis then is what a thief would find.
  const during = await dumpRedis(redis.url);
  doomed.kill("SIGKILL");

  // An order that nobody can read ends as failed, as a dead letter does.
  const link = stack.use(await connectRedis(redis.url, "process"));
  const observer = stack.use(await openObserver(link));
  const letter = observer.queue("send", "omni");
  await letter.add("send", { v: 2, ids: ids.slice(0, 1) } as never, { jobId: "s-dead" });

  const pushed = await Promise.all(
    Object.keys(providers.accounts).map(
      async (account) => await (await fetch(addressOf(account), { method: "POST", body: TOLD })).text(),
    ),
  );
  await untilAllFaultsAreMet(providers, async (names, wave) => {
    const ways = WAYS.filter(({ route: [first = ""] }) => names.includes(first));
    await handOver(4 * ways.length, ways, `${wave}-`);
  });
  const views = await Promise.all(ids.map((id) => hermod.waitForFinal(id, { timeoutMs: 60_000 })));

  await waitUntil("the dead letter", async () => (await letter.getJobState("s-dead")) === "failed");
  const dead = await waitUntil("a dead callback", async () => (await hermod.callbacks.dead({}))[0]?.id);

  const authorization = `Basic ${Buffer.from(`operator:${CANARIES["board's password"]}`).toString("base64")}`;
  const page = async (where: string, asked: RequestInit = {}) =>
    await (await fetch(`${board}${where}`, { headers: { authorization }, ...asked })).text();
  const names = Object.keys(providers.accounts).flatMap((account) => [`send.${account}`, `check.${account}`]);
  const queues = [...names, "callback.default"].flatMap((name) =>
    ["latest", "completed", "failed", "delayed"].map(
      (state) => `/queues/api/queues?activeQueue=${name}&status=${state}&jobsPerPage=100`,
    ),
  );
  const found = await Promise.all(
    NUMBERS.map((number) =>
      page("/messages/by-number", { method: "POST", body: new URLSearchParams({ number }) }),
    ),
  );
  const pages = await Promise.all([
    ...["/messages", "/messages?id=none", ...queues, ...ids.map((id) => `/messages/${id}`)].map((where) =>
      page(where),
    ),
    ...found,
  ]);
  const env = { REDIS_URL: redis.url, HERMOD_CONFIG: path, PATH: "" };
  const run = async (line: string[]) => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [CLI, ...line], { env }).catch(
      (error: { stdout: string; stderr: string }) => error,
    );
    return stdout + stderr;
  };
  const [id = ""] = ids;
  const outputs = await Promise.all([
    run(["get", id, "--json"]),
    run(["accounts", "--json"]),
    run(["doctor", "--json"]),
    run(["find", NUMBERS[1], "--json"]),
    run(["callbacks", "dead", "--json"]),
    run(["send", "--account", "omni", "--to", `0${NATIONAL}`, "--text", CANARIES.text]),
  ]);
  const metrics = await Promise.all(
    processes
      .filter(({ started }) => started !== doomed)
      .map(async ({ port }) => await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()),
  );
  const after = await dumpRedis(redis.url);
  for (const { started } of processes) if (started !== doomed) started.kill("SIGTERM");
  await Promise.all(processes.map(({ started }) => started.ended));

  const logs = Object.fromEntries(processes.map(({ name, started }) => [name, started.lines.join("\n")]));
  const places = {
    ...logs,
    "Redis meanwhile": during.join("\n"),
    "Redis afterwards": after.join("\n"),
    views: JSON.stringify(views),
    errors: errors.join("\n"),
    "answers to pushes": pushed.join("\n"),
    callbacks: endpoint.posted.join("\n"),
    board: pages.join("\n"),
    "command line": outputs.join("\n"),
    metrics: metrics.join("\n"),
    traces: collector.said() + inspect(application.getFinishedSpans(), { depth: 6 }),
  };
  expect(findCanaries(places, CANARIES)).toEqual([]);
  // Else nothing would have been looked at.
  for (const [place, text] of Object.entries(places)) expect([place, text.length > 0]).toEqual([place, true]);
  for (const each of ids) expect(during.join("\n") + after.join("\n")).toContain(each);
  expect(pages.join("\n")).toContain(id);
  for (const table of found) expect(table).toMatch(/\d messages to this number/);
  for (const job of ["s-dead", dead]) expect(pages.join("\n")).toContain(job);
  expect(outputs.join("\n")).toContain(dead);
  expect(new Set(views.map(({ state }) => state)).size).toBeGreaterThan(2);
});
