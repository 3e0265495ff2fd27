import { CERTIFICATE_FILE } from "@hermod/testing/raw-server";
import { describe, expect, test } from "vitest";
import { openStrictBox, type StrictBox } from "../../test/strict-box.ts";
import { type Box, openBox } from "./auth.ts";
import { UltroamAccount } from "./config.ts";

const never = new AbortController().signal;
const fine = () => ({ body: "{}" });

function open(box: StrictBox, account: object = {}, now?: () => number): Box {
  const parsed = UltroamAccount.parse({
    provider: "ultroam",
    baseUrl: box.baseUrl,
    username: "kunde",
    password: "hunter2",
    timeoutMs: 2000,
    ...account,
  });
  return openBox(parsed, now);
}

const send = (box: Box, n = 0) => box.post("/api/send_sms", { n }, never);
const statuses = (box: StrictBox) => box.log.map(({ method, status }) => `${method} ${status}`);
const answered = { kind: "answer", status: 200 };

/** The nonces and counts of what came in. */
function counts({ log }: StrictBox): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const { authorization } of log) {
    const [, nonce = ""] = /[ ,]nonce="([^"]*)"/.exec(authorization) ?? [];
    const [, nc = ""] = /nc=(\w+)/.exec(authorization) ?? [];
    if (nonce !== "") found.set(nonce, [...(found.get(nonce) ?? []), Number.parseInt(nc, 16)]);
  }
  return found;
}

describe("how the box is asked", () => {
  test.each([
    ["auto", "digest", ["GET 401", "POST 200", "POST 200"], /^Digest username="kunde"/],
    ["auto", "both", ["GET 401", "POST 200", "POST 200"], /^Digest /],
    ["auto", "basic", ["GET 401", "POST 200", "POST 200"], /^Basic a3VuZGU6aHVudGVyMg==$/],
    ["auto", "nothing", ["GET 200", "POST 200", "POST 200"], /^$/],
    ["digest", "digest", ["GET 401", "POST 200", "POST 200"], /^Digest /],
    ["digest", "both", ["GET 401", "POST 200", "POST 200"], /^Digest /],
    ["basic", "basic", ["POST 200", "POST 200"], /^Basic /],
    ["basic", "both", ["POST 200", "POST 200"], /^Basic /],
  ] as const)("%s, where it offers %s", async (auth, offers, expected, shown) => {
    await using server = await openStrictBox({ answer: fine, offers });
    await using box = open(server, { auth });
    expect(await send(box)).toMatchObject(answered);
    expect(await send(box)).toMatchObject(answered);
    expect(statuses(server)).toEqual(expected);
    expect(server.log.at(-1)?.authorization).toMatch(shown);
  });

  test("digest does not show its password to a box that wants it in the clear", async () => {
    await using server = await openStrictBox({ answer: fine, offers: "basic" });
    await using box = open(server, { auth: "digest" });
    expect(await send(box)).toMatchObject({ kind: "answer", status: 401 });
    expect(server.log).toMatchObject([{ method: "GET", authorization: "" }]);
  });

  test.each(["drop", "hang"] as const)(
    "a unit that answers a bare POST with a %s is asked by a GET, and gets one POST",
    async (barePost) => {
      await using server = await openStrictBox({ answer: fine, barePost });
      await using box = open(server);
      expect(await send(box)).toMatchObject(answered);
      expect(statuses(server)).toEqual(["GET 401", "POST 200"]);
    },
  );

  test("below a path of its own, the whole request target is authorised", async () => {
    await using server = await openStrictBox({ answer: fine });
    await using box = open(server, { baseUrl: `${server.baseUrl}/box-1/` });
    expect(await send(box)).toMatchObject(answered);
    expect(server.log.at(-1)).toMatchObject({ path: "/box-1/api/send_sms" });
  });

  test("a GET is authorised as well", async () => {
    await using server = await openStrictBox({ answer: fine });
    await using box = open(server);
    expect(await box.get("/api/query_sms_in_queue", never)).toMatchObject(answered);
    expect(statuses(server)).toEqual(["GET 401", "GET 200"]);
  });
});

describe("the count of a nonce", () => {
  test.each([
    ["20 requests at once, 10 connections", 10, {}],
    ["20 requests at once, one connection", 1, {}],
    ["20 requests at once, one nonce for everybody", 10, { oneNonce: true }],
    ["20 requests at once, each nonce good for three", 4, { nonceUses: 3 }],
    ["20 requests at once, each nonce good for one", 4, { nonceUses: 1 }],
  ])("grows by one in the order of arrival: %s", async (_, connections, rules) => {
    await using server = await openStrictBox({
      ...rules,
      answer: async ({ body }) => {
        await new Promise((resolve) => setTimeout(resolve, (body.length * 7 + body.charCodeAt(5) * 3) % 10));
        return { body: "{}" };
      },
    });
    await using box = open(server, { connections });
    const results = await Promise.all(Array.from({ length: 20 }, (_, n) => send(box, n)));
    for (const result of results) expect(result).toMatchObject(answered);
    const taken = server.log.filter(({ method, status }) => method === "POST" && status === 200);
    expect(taken.length).toBe(20);
    expect(new Set(taken.map(({ body }) => body)).size).toBe(20);
    for (const row of counts(server).values()) expect(row).toEqual(row.map((_, index) => index + 1));
    expect(server.mostWithOneNonce).toBe(1);
  });

  test("keeps nobody waiting where every request has a nonce of its own", async () => {
    let arrived = 0;
    const all = Promise.withResolvers<void>();
    await using server = await openStrictBox({
      async answer({ body }) {
        if (body.includes("together") && ++arrived === 4) all.resolve();
        if (body.includes("together")) await all.promise;
        return { body: "{}" };
      },
    });
    await using box = open(server, { connections: 4 });
    await Promise.all([1, 2, 3, 4].map((n) => send(box, n)));
    const together = [1, 2, 3, 4].map(() => box.post("/api/send_sms", { together: true }, never));
    for (const result of await Promise.all(together)) expect(result).toMatchObject(answered);
    expect(server.log.filter(({ method }) => method === "GET").length).toBe(4);
  });

  test("no more nonces are asked for than there are connections", async () => {
    await using server = await openStrictBox({ answer: fine });
    await using box = open(server, { connections: 3 });
    await Promise.all(Array.from({ length: 30 }, (_, n) => send(box, n)));
    await Promise.all(Array.from({ length: 30 }, (_, n) => send(box, n)));
    expect(counts(server).size).toBeLessThanOrEqual(3);
  });

  test("begins with a new nonce after a request that came to nothing, since nobody knows whether it arrived", async () => {
    let drop = false;
    await using server = await openStrictBox({ answer: () => (drop ? "drop" : fine()) });
    await using box = open(server);
    await send(box);
    drop = true;
    expect(await send(box)).toMatchObject({ kind: "failed", written: true });
    drop = false;
    expect(await send(box)).toMatchObject(answered);
    expect(statuses(server)).toEqual(["GET 401", "POST 200", "POST 0", "GET 401", "POST 200"]);
    expect([...counts(server).values()]).toEqual([[1, 2], [1]]);
  });

  test("a nonce of more than a minute is not tried on a POST", async () => {
    let now = 0;
    await using server = await openStrictBox({ answer: fine });
    await using box = open(server, {}, () => now);
    await send(box);
    now = 61_000;
    await send(box);
    expect(statuses(server)).toEqual(["GET 401", "POST 200", "GET 401", "POST 200"]);
  });
});

describe("a 401", () => {
  test("to a nonce that the box forgot is answered with its new one, once", async () => {
    await using server = await openStrictBox({ answer: fine });
    await using box = open(server);
    await send(box);
    server.forgetNonces();
    expect(await send(box)).toMatchObject(answered);
    expect(statuses(server)).toEqual(["GET 401", "POST 200", "POST 401", "POST 200"]);
  });

  test.each(["digest", "basic"] as const)("to a wrong password stays one: %s", async (offers) => {
    await using server = await openStrictBox({ answer: fine, offers, password: "another" });
    await using box = open(server);
    expect(await send(box)).toMatchObject({ kind: "answer", status: 401 });
    const posts = server.log.filter(({ method }) => method === "POST");
    expect(posts.length).toBe(offers === "digest" ? 2 : 1);
  });

  test.each(["nothing", "basic"] as const)(
    "to a box that wants Digest instead of %s gets it",
    async (before) => {
      const rules: { answer: typeof fine; offers: "nothing" | "basic" | "digest" } = {
        answer: fine,
        offers: before,
      };
      await using server = await openStrictBox(rules);
      await using box = open(server);
      await send(box);
      rules.offers = "digest";
      expect(await send(box)).toMatchObject(answered);
      expect(statuses(server).slice(-2)).toEqual(["POST 401", "POST 200"]);
    },
  );
});

describe("a box that knows only its latest nonce", () => {
  const slow = async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return { body: "{}" };
  };
  const posts = ({ log }: StrictBox) => log.filter(({ method }) => method === "POST");

  test("gets requests one by one, each taken once, as soon as that is seen", async () => {
    await using server = await openStrictBox({ answer: slow, latestNonceOnly: true });
    await using box = open(server, { connections: 10 });
    const some = () => Promise.all(Array.from({ length: 30 }, (_, n) => send(box, n)));
    for (const result of await some()) expect(result).toMatchObject(answered);
    const before = server.log.length;
    for (const result of await some()) expect(result).toMatchObject(answered);
    expect(server.log.slice(before).map(({ status }) => status)).toEqual(Array(30).fill(200));
    expect(posts(server).filter(({ status }) => status === 200)).toHaveLength(60);
  });

  test("is not what a wrong password makes of a box: with the right one, many are let in at once", async () => {
    let arrived = 0;
    const all = Promise.withResolvers<void>();
    const rules = {
      password: "another",
      async answer() {
        arrived += 1;
        if (arrived === 4) all.resolve();
        await all.promise;
        return { body: "{}" };
      },
    };
    await using server = await openStrictBox(rules);
    await using box = open(server, { connections: 4 });
    const four = () => Promise.all([1, 2, 3, 4].map((n) => send(box, n)));
    for (const result of await four()) expect(result).toMatchObject({ status: 401 });
    // Each was asked for once more, alone: twice with what the 401 offered.
    expect(posts(server).length).toBeLessThanOrEqual(4 * 4);
    rules.password = "hunter2";
    for (const result of await four()) expect(result).toMatchObject(answered);
  });
});

describe("a request that is not written", () => {
  const notWritten = (detail: string, phase = "connect") => ({
    kind: "failed",
    written: false,
    phase,
    detail,
  });

  test.each([
    ["500", { status: 500, body: "" }, notWritten("probe_http_500")],
    ["302", { status: 302, body: "" }, notWritten("probe_http_302")],
    ["403", { status: 403, body: "" }, { kind: "answer", status: 403 }],
    ["429", { status: 429, body: "" }, { kind: "answer", status: 429 }],
    ["a dropped connection", "drop" as const, notWritten("UND_ERR_SOCKET")],
  ])("since the question got %s", async (_, answer, expected) => {
    await using server = await openStrictBox({ answer: () => answer, offers: "nothing" });
    await using box = open(server);
    expect(await send(box)).toMatchObject(expected);
    expect(server.log.map(({ method }) => method)).toEqual(["GET"]);
  });

  test("since the question got no answer within the deadline", async () => {
    await using server = await openStrictBox({
      answer: () => new Promise<never>(() => {}),
      offers: "nothing",
    });
    await using box = open(server, { timeoutMs: 200 });
    expect(await send(box)).toEqual(notWritten("deadline"));
  });

  test("since its caller gave up before", async () => {
    await using server = await openStrictBox({ answer: fine });
    await using box = open(server);
    expect(await box.post("/", {}, AbortSignal.abort())).toEqual(notWritten("aborted", "guard"));
    expect(server.log).toEqual([]);
  });

  test("since its caller gave up while others had all connections", async () => {
    const waiting = Promise.withResolvers<{ body: string }>();
    await using server = await openStrictBox({ answer: () => waiting.promise, offers: "basic" });
    await using box = open(server, { connections: 1, auth: "basic" });
    const first = send(box);
    const giveUp = new AbortController();
    const second = box.post("/api/send_sms", {}, giveUp.signal);
    giveUp.abort();
    expect(await second).toEqual(notWritten("aborted"));
    waiting.resolve({ body: "{}" });
    expect(await first).toMatchObject(answered);
    expect(await send(box)).toMatchObject(answered);
    expect(server.log.length).toBe(2);
  });
});

test.each([
  [["/api/query_sms_in_queue"], ["/api/get_port_info?info_type=reg"]],
  [
    ["/api/query_sms_in_queue", "/api/get_port_info?info_type=reg"],
    ["/api/get_port_info?info_type=reg", "/api/query_sms_result"],
  ],
])("questions that firmware does not know are asked in another way: %j", async (unknown, asked) => {
  await using server = await openStrictBox({
    offers: "nothing",
    answer: ({ path }) => (unknown.includes(path) ? { status: 404, body: "" } : fine()),
  });
  await using box = open(server);
  await send(box);
  expect(server.log.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "GET /api/query_sms_in_queue",
    ...asked.map((path) => `GET ${path}`),
    "POST /api/send_sms",
  ]);
});

test("one deadline lies over question and request together", async () => {
  await using server = await openStrictBox({ answer: () => new Promise<never>(() => {}) });
  await using box = open(server, { timeoutMs: 300 });
  const startedAt = performance.now();
  expect(await send(box)).toEqual({ kind: "failed", written: true, phase: "headers", detail: "deadline" });
  expect(performance.now() - startedAt).toBeLessThan(600);
});

describe("a box with a certificate of its own", () => {
  test("is spoken to where caFile holds the certificate", async () => {
    await using server = await openStrictBox({ answer: fine, tls: true });
    await using box = open(server, { caFile: CERTIFICATE_FILE });
    expect(await send(box)).toMatchObject(answered);
    expect(statuses(server)).toEqual(["GET 401", "POST 200"]);
  });

  test("is not spoken to without", async () => {
    await using server = await openStrictBox({ answer: fine, tls: true });
    await using box = open(server);
    expect(await send(box)).toMatchObject({ kind: "failed", written: false, phase: "connect" });
    expect(server.log).toEqual([]);
  });
});
