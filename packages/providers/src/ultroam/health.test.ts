import { describe, expect, test } from "vitest";
import { openStrictBox } from "../../test/strict-box.ts";
import { type CannedAnswer, openAnsweringServer } from "../answering-server.ts";
import { UltroamAccount } from "./config.ts";
import { ultroam } from "./index.ts";

const never = new AbortController().signal;
const ok = (fields: object): CannedAnswer => ({ status: 200, body: JSON.stringify(fields) });
const port = (n: number, reg: string) => ({ port: n, type: "GSM", reg, signal: 24 });
const ports = (...info: unknown[]) => ok({ error_code: 200, sn: "db00", info });
const queue = ok({ error_code: 200, sn: "db00", in_queue: 3 });
const missing: CannedAnswer = { status: 404, body: "Not Found" };

interface Answers {
  readonly ports?: CannedAnswer;
  readonly queue?: CannedAnswer;
  readonly account?: object;
}

async function ask({
  ports: told = ports(port(0, "REGISTER_OK")),
  queue: waiting = queue,
  account,
}: Answers) {
  await using server = await openAnsweringServer(({ path }) =>
    path.startsWith("/api/get_port_info") ? told : waiting,
  );
  const parsed = UltroamAccount.parse({
    provider: "ultroam",
    baseUrl: server.baseUrl,
    username: "kunde",
    password: "hunter2",
    auth: "basic",
    timeoutMs: 2000,
    ...account,
  });
  await using provider = ultroam.open(parsed);
  const health = await provider.health?.(never);
  return { health, requests: server.requests.map(({ method, path, body }) => `${method} ${path}${body}`) };
}

const healthOf = async (answers: Answers) => (await ask(answers)).health;
const reachable = (facts: object) => ({ kind: "reachable", facts });
const unavailable = (reason: string) => ({ kind: "unavailable", reason });

test("ports and queue are asked about, and nothing else", async () => {
  const { health, requests } = await ask({
    ports: ports(port(0, "REGISTER_OK"), port(1, "NO_SIM"), port(2, "REGISTER_OK")),
  });
  expect(health).toEqual(reachable({ ports: "3", registered: "2", waiting: "3" }));
  expect(requests).toEqual(["GET /api/get_port_info?info_type=reg", "GET /api/query_sms_in_queue"]);
});

describe("a box is reachable", () => {
  test.each<[string, Answers, object]>([
    ["where only the queue is told", { ports: missing }, { waiting: "3" }],
    ["where only the ports are told", { queue: missing }, { ports: "1", registered: "1" }],
    ["where the queue cannot be had", { queue: { status: 500, body: "" } }, { ports: "1", registered: "1" }],
    ["where the ports are asked for in another way", { ports: ok({ error_code: 400 }) }, { waiting: "3" }],
    ["without a word on registration", { ports: ports({ port: 0 }) }, { waiting: "3" }],
    [
      "with its ports in an object",
      { ports: ok({ error_code: 200, Port: port(0, "register_ok") }) },
      { ports: "1", registered: "1", waiting: "3" },
    ],
    [
      "with a code as text",
      { ports: ok({ error_code: "200", info: [port(0, " REGISTER_OK ")] }) },
      { ports: "1", registered: "1", waiting: "3" },
    ],
  ])("%s", async (_, answers, facts) => expect(await healthOf(answers)).toEqual(reachable(facts)));
});

test.each([
  "NO_SIM",
  "POWER_OFF",
  "PIN_REQUIRE",
  "PUK_REQUIRE",
  "UNREGISTER",
  "SEARCHING_NETWORK",
  "UNKNOWN",
])("a box whose ports are all %s sends nothing", async (reg) => {
  const health = await healthOf({ ports: ports(port(0, reg), port(1, reg)) });
  expect(health).toEqual(unavailable("no_port_registered"));
});

test("of the ports only those count that the account may use", async () => {
  const answers = { ports: ports(port(0, "REGISTER_OK"), port(1, "NO_SIM")) };
  expect(await healthOf({ ...answers, account: { ports: [1] } })).toEqual(unavailable("no_port_registered"));
  expect(await healthOf({ ...answers, account: { ports: [0] } })).toMatchObject({ facts: { ports: "1" } });
});

describe("a box that lets nobody in says why", () => {
  test.each<[string, CannedAnswer, object]>([
    ["401", { status: 401, body: "" }, { kind: "credentials", reason: "credentials" }],
    ["403", { status: 403, body: "" }, { kind: "credentials", reason: "http_403" }],
    ["500", { status: 500, body: "" }, unavailable("http_500")],
    ["an error", ok({ error_code: 500 }), unavailable("ports_error_500")],
    ["HTML", { status: 200, body: "<html>" }, unavailable("ports_not_understood")],
    [
      "429",
      { status: 429, headers: { "retry-after": "3" }, body: "" },
      { ...unavailable("http_429"), retryAfterMs: 3000 },
    ],
  ])("%s", async (_, answer, expected) => {
    expect(await healthOf({ ports: answer, queue: answer })).toEqual(expected);
    expect(await healthOf({ ports: answer, queue: missing })).toEqual(expected);
  });

  test("404 to all calls", async () => {
    expect(await healthOf({ ports: missing, queue: missing })).toEqual(unavailable("api_unavailable"));
  });

  test("401 to the queue, where the ports are not told", async () => {
    const health = await healthOf({ ports: missing, queue: { status: 401, body: "" } });
    expect(health).toEqual({ kind: "credentials", reason: "credentials" });
  });

  test("a box that is not there", async () => {
    const account = { provider: "ultroam", baseUrl: "http://127.0.0.1:1", username: "u", password: "p" };
    await using provider = ultroam.open(UltroamAccount.parse(account));
    expect(await provider.health?.(never)).toEqual(unavailable("ECONNREFUSED"));
  });

  test("with Digest, a wrong password", async () => {
    await using box = await openStrictBox({ answer: () => ({ body: "{}" }), password: "another" });
    const account = { provider: "ultroam", baseUrl: box.baseUrl, username: "kunde", password: "hunter2" };
    await using provider = ultroam.open(UltroamAccount.parse(account));
    expect(await provider.health?.(never)).toEqual({ kind: "credentials", reason: "credentials" });
  });
});
