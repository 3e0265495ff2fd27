import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { jsonAnswer } from "./answer.ts";
import type { Provider } from "./exchange.ts";
import { type Fault, faultMix, garbage, redirect, serverError, tooManyRequests } from "./faults.ts";
import type { AcceptedMessage } from "./ground-truth.ts";
import { type ServerOptions, serve } from "./server.ts";

/** A provider that accepts everything and answers `{"taken":"<n>"}`. */
function yesSayer(): Provider<AcceptedMessage> {
  const accepted: AcceptedMessage[] = [];
  return {
    accepted,
    operation: (path) => (path === "/send" ? "send" : path === "/status" ? "status" : undefined),
    work({ at }) {
      const id = String(accepted.length + 1);
      accepted.push({ id, at, finalStatus: "done" });
      return { answer: jsonAnswer({ taken: id }), acceptedIds: [id] };
    },
  };
}

const start = (options: ServerOptions = {}) => serve(yesSayer(), options);

const post = (url: string, body: unknown = { to: "1" }) =>
  fetch(url, { method: "POST", body: JSON.stringify(body), redirect: "manual" });

const causeOf = (promise: Promise<Response>): Promise<unknown> =>
  promise.then(
    (response) => response.text().then(String, ({ cause }: Error) => cause),
    ({ cause }: Error) => cause,
  );

const RIGHT = '{"taken":"1"}';

test("a request is answered by the provider and logged whole", async () => {
  await using simulator = await start({ now: () => 77 });
  expect(await (await post(`${simulator.url}/send`)).text()).toBe(RIGHT);
  expect(simulator.log).toEqual({
    accepted: [{ id: "1", at: 77, finalStatus: "done" }],
    requests: [{ operation: "send", order: 1, at: 77, body: { to: "1" }, acceptedIds: ["1"], answered: 200 }],
  });
});

test("a path of no operation is not found", async () => {
  await using simulator = await start();
  expect((await post(`${simulator.url}/other`)).status).toBe(404);
  expect(simulator.log.requests).toEqual([]);
});

test.each<
  [string, Fault, { status: number; body: string; headers?: Record<string, string>; accepted: number }]
>([
  [
    "429 with Retry-After",
    tooManyRequests(7),
    { status: 429, body: "", headers: { "retry-after": "7" }, accepted: 0 },
  ],
  ["503 before acceptance", serverError(false, 503), { status: 503, body: expect.any(String), accepted: 0 }],
  ["500 after acceptance", serverError(true), { status: 500, body: expect.any(String), accepted: 1 }],
  [
    "302",
    redirect("http://elsewhere/"),
    { status: 302, body: "", headers: { location: "http://elsewhere/" }, accepted: 0 },
  ],
  [
    "HTML after acceptance",
    garbage("html", true),
    { status: 200, body: expect.stringContaining("<html>"), accepted: 1 },
  ],
  ["null before acceptance", garbage("null", false), { status: 200, body: "null", accepted: 0 }],
  ["empty after acceptance", garbage("empty", true), { status: 200, body: "", accepted: 1 }],
  ["cut JSON", { kind: "cut" }, { status: 200, body: RIGHT.slice(0, 6), accepted: 1 }],
  ["drip", { kind: "drip", everyMs: 1 }, { status: 200, body: RIGHT, accepted: 1 }],
])("the fault %s is what the caller sees", async (_, fault, { status, body, headers = {}, accepted }) => {
  await using simulator = await start({ fault: () => fault });
  const response = await post(`${simulator.url}/send`);
  expect({ status: response.status, body: await response.text() }).toEqual({ status, body });
  expect(Object.fromEntries(response.headers)).toMatchObject(headers);
  expect(simulator.log.accepted).toHaveLength(accepted);
  expect(simulator.log.requests[0]).toMatchObject({ fault: fault.kind, answered: status });
});

test("a 429 without a time carries no Retry-After", async () => {
  await using simulator = await start({ fault: () => tooManyRequests() });
  expect((await post(`${simulator.url}/send`)).headers.has("retry-after")).toBe(false);
});

test.each([true, false])(
  "a reset with acceptance %s ends the connection and the log knows which",
  async (accepted) => {
    await using simulator = await start({ fault: () => ({ kind: "reset", accepted }) });
    expect(await causeOf(post(`${simulator.url}/send`))).toMatchObject({ code: "ECONNRESET" });
    expect(simulator.log.accepted).toHaveLength(accepted ? 1 : 0);
    expect(simulator.log.requests).toEqual([
      expect.objectContaining({ body: { to: "1" }, acceptedIds: accepted ? ["1"] : [], fault: "reset" }),
    ]);
    expect(simulator.log.requests[0]).not.toHaveProperty("answered");
  },
);

test("a torn answer ends in the middle of its body", async () => {
  await using simulator = await start({ fault: () => ({ kind: "torn" }) });
  const socket = connect(Number(new URL(simulator.url).port), "127.0.0.1");
  socket.end("POST /send HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
  let seen = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    seen += chunk;
  });
  await once(socket, "close");
  expect(seen).toContain("Content-Length: 13".toLowerCase());
  expect(seen.split("\r\n\r\n")[1]).toBe(RIGHT.slice(0, 6));
});

test.each([true, false])("silence with acceptance %s lasts until the server closes", async (accepted) => {
  const simulator = await start({ fault: () => ({ kind: "silence", accepted }) });
  const cause = causeOf(post(`${simulator.url}/send`));
  await expect.poll(() => simulator.log.requests[0]?.fault).toBe("silence");
  expect(simulator.log.accepted).toHaveLength(accepted ? 1 : 0);
  await simulator[Symbol.asyncDispose]();
  expect(await cause).toMatchObject({ code: "UND_ERR_SOCKET" });
});

test("a slow answer is right, and its work is done before the wait", async () => {
  const simulator = await start({ fault: () => ({ kind: "slow", delayMs: 3_600_000 }) });
  const cause = causeOf(post(`${simulator.url}/send`));
  await expect.poll(() => simulator.log.accepted.length).toBe(1);
  await simulator[Symbol.asyncDispose]();
  expect(await cause).toBeInstanceOf(Error);
});

test("a delay passes before the answer", async () => {
  await using simulator = await start({ fault: () => ({ kind: "slow", delayMs: 60 }) });
  const before = performance.now();
  expect(await (await post(`${simulator.url}/send`)).text()).toBe(RIGHT);
  expect(performance.now() - before).toBeGreaterThan(55);
});

test("a request whose writer goes away half-way is logged without a body and accepts nothing", async () => {
  await using simulator = await start();
  const socket = connect(Number(new URL(simulator.url).port), "127.0.0.1");
  socket.write("POST /send HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
  await expect.poll(() => simulator.log.requests.length).toBe(1);
  socket.destroy();
  await expect.poll(() => simulator.log.requests[0]?.cutShort).toBe(true);
  expect(simulator.log.requests[0]).not.toHaveProperty("body");
  expect(simulator.log.accepted).toEqual([]);
});

test("a set fault meets the next requests of its operation as often as told", async () => {
  await using simulator = await start();
  simulator.setFault("send", tooManyRequests(), 2);
  const statuses = [];
  for (const path of ["send", "status", "send", "send"])
    statuses.push((await post(`${simulator.url}/${path}`)).status);
  expect(statuses).toEqual([429, 200, 429, 200]);
});

test("a set fault goes before the chosen one and lasts until it is taken back", async () => {
  await using simulator = await start({ fault: () => serverError(false) });
  const send = async () => (await post(`${simulator.url}/send`)).status;
  simulator.setFault("send", tooManyRequests());
  expect([await send(), await send()]).toEqual([429, 429]);
  simulator.setFault("send", undefined);
  expect(await send()).toBe(500);
});

test("faults are chosen by the content of a request", async () => {
  await using simulator = await start({
    fault: ({ fields }) => (fields["to"] === "bad" ? tooManyRequests() : undefined),
  });
  expect((await post(`${simulator.url}/send`, { to: "bad" })).status).toBe(429);
  expect((await post(`${simulator.url}/send`, { to: "good" })).status).toBe(200);
});

test("a mix of faults meets about its share of one operation, the same requests every time", () => {
  const request = {
    at: 0,
    method: "POST",
    path: "/send",
    target: "/send",
    headers: {},
    remoteAddress: "",
    body: {},
    fields: {},
  };
  const hits = () => {
    const mix = faultMix(5, "send", [{ share: 0.2, value: tooManyRequests() }]);
    return Array.from(
      { length: 1000 },
      (_, order) => mix({ ...request, operation: "send", order }) !== undefined,
    );
  };
  expect(hits().filter(Boolean).length).toBeGreaterThan(150);
  expect(hits().filter(Boolean).length).toBeLessThan(250);
  expect(hits()).toEqual(hits());
  const other = faultMix(5, "send", [{ share: 1, value: tooManyRequests() }]);
  expect(other({ ...request, operation: "status", order: 1 })).toBeUndefined();
});

test("closing twice is harmless", async () => {
  const simulator = await start();
  await post(`${simulator.url}/send`);
  await simulator[Symbol.asyncDispose]();
  await simulator[Symbol.asyncDispose]();
  expect(await causeOf(post(`${simulator.url}/send`))).toMatchObject({ code: "ECONNREFUSED" });
});

test("a closed simulator keeps no process alive, whatever it was about to do", async () => {
  const script = `
    import { startEtelecom } from ${JSON.stringify(new URL("etelecom/server.ts", import.meta.url).href)};
    const simulator = await startEtelecom({ seed: 1, fault: () => ({ kind: "slow", delayMs: 3_600_000 }) });
    fetch(simulator.url + "/api/OmniMessage/SendMessage", { method: "POST", body: "{}" }).catch(() => {});
    while (simulator.log.requests[0]?.fault === undefined) await new Promise(setImmediate);
    await simulator[Symbol.asyncDispose]();
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: "ignore",
    timeout: 4_000,
  });
  expect(await once(child, "exit")).toEqual([0, null]);
});
