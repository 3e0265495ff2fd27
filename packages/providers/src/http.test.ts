import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Failed, HttpResult } from "./exchange.ts";
import { type HttpAccount, openHttp } from "./http.ts";
import { type Behaviour, CERTIFICATE_FILE, onRequest, openRawServer } from "./raw-server.ts";

/**
 * An independent witness of "a byte was written": undici publishes this directly before the first one. Every request of a
 * test has a path of its own.
 */
const witnessed = new Set<string>();
subscribe("undici:client:sendHeaders", (message) => {
  witnessed.add((message as { request: { path: string } }).request.path);
});

const never = new AbortController().signal;
const whole = (body: string, head = "") =>
  `HTTP/1.1 200 OK\r\n${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

function open(port: number, account: Partial<HttpAccount> = {}) {
  return openHttp({ baseUrl: `http://127.0.0.1:${port}`, connections: 2, timeoutMs: 5000, ...account });
}

let count = 0;
function uniquePath(): string {
  count += 1;
  return `/request-${count}`;
}

function post(path: string) {
  return { method: "POST" as const, path, headers: { "content-type": "text/plain" }, body: `${path} END` };
}

interface Row {
  readonly title: string;
  readonly server: Behaviour;
  readonly expected: Partial<Failed> | { kind: "answer"; status: number; text?: string };
  readonly detail?: RegExp;
  readonly account?: Partial<HttpAccount>;
  readonly scheme?: "https://localhost";
  /** What listens is a TLS server; without it, an https row meets a server that speaks plain bytes. */
  readonly tls?: boolean;
}

const reset = (socket: Socket) => socket.resetAndDestroy();
const write = (bytes: string) => onRequest((socket) => socket.write(bytes));
const writeEnd = (bytes: string) => onRequest((socket) => socket.end(bytes));
const soon = { timeoutMs: 800 };
const notWritten = { kind: "failed", written: false, phase: "connect" } as const;
const noHead = { kind: "failed", written: true, phase: "headers" } as const;
const noBody = { kind: "failed", written: true, phase: "body" } as const;

function drip(head: string, byte: string): Behaviour {
  return onRequest((socket) => {
    socket.write(head);
    const timer = setInterval(() => socket.write(byte), 20);
    socket.on("close", () => clearInterval(timer));
  });
}

function flood(head: string): Behaviour {
  return onRequest((socket) => {
    socket.write(head);
    const pour = () => {
      while (!socket.destroyed && socket.write("x".repeat(16_384)));
    };
    socket.on("drain", pour);
    pour();
  });
}

const https = { scheme: "https://localhost", tls: true } as const;
const trusted = { caFile: CERTIFICATE_FILE };
const ROWS: readonly Row[] = [
  {
    title: "a certificate nobody vouches for",
    ...https,
    server: {},
    expected: notWritten,
    detail: /^DEPTH_ZERO_SELF_SIGNED_CERT$/,
  },
  {
    title: "a certificate that caFile vouches for",
    ...https,
    account: trusted,
    server: write(whole("yes")),
    expected: { kind: "answer", status: 200, text: "yes" },
  },
  {
    title: "plain HTTP on a TLS port",
    ...https,
    tls: false,
    server: { onData: (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n") },
    expected: notWritten,
    detail: /SSL/,
  },
  {
    title: "a reset within the TLS handshake",
    ...https,
    tls: false,
    server: { onData: reset },
    expected: notWritten,
    detail: /^ECONNRESET$/,
  },
  {
    title: "a TLS handshake that hangs",
    ...https,
    tls: false,
    account: soon,
    server: {},
    expected: notWritten,
    detail: /^deadline$/,
  },
  {
    title: "an end after the TLS request",
    ...https,
    account: trusted,
    server: onRequest((socket) => socket.destroy()),
    expected: noHead,
    detail: /^UND_ERR_SOCKET$/,
  },
  {
    title: "an end right after accept",
    server: { onConnection: (socket) => socket.end() },
    expected: noHead,
  },
  { title: "no answer", account: soon, server: {}, expected: noHead, detail: /^deadline$/ },
  { title: "a reset after the request", server: onRequest(reset), expected: noHead, detail: /^ECONNRESET$/ },
  { title: "an end without an answer", server: writeEnd(""), expected: noHead, detail: /^UND_ERR_SOCKET$/ },
  {
    title: "a body shorter than its length",
    server: writeEnd('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"a":'),
    expected: noBody,
    detail: /^UND_ERR_SOCKET$/,
  },
  {
    title: "a chunked body cut off",
    server: writeEnd('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n{"a"'),
    expected: noBody,
    detail: /^UND_ERR_SOCKET$/,
  },
  {
    title: "a body without a length, cut off",
    server: writeEnd('HTTP/1.1 200 OK\r\n\r\n{"a":'),
    expected: { kind: "answer", status: 200, text: '{"a":' },
  },
  {
    title: "a body that stalls",
    account: soon,
    server: write("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nx"),
    expected: noBody,
    detail: /^deadline$/,
  },
  {
    title: "a body that drips",
    account: soon,
    server: drip("HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n", "x"),
    expected: noBody,
    detail: /^deadline$/,
  },
  {
    title: "headers that drip",
    account: soon,
    server: drip("HTTP/1.1 200 OK\r\nx: ", "x"),
    expected: noHead,
    detail: /^deadline$/,
  },
  {
    title: "informational answers without end",
    account: soon,
    server: drip("", "HTTP/1.1 103 Early Hints\r\n\r\n"),
    expected: noHead,
    detail: /^deadline$/,
  },
  {
    title: "garbage",
    server: write("\x00\x01 garbage\r\n\r\n"),
    expected: noHead,
    detail: /^HTTPParserError$/,
  },
  {
    title: "an unsolicited 100",
    server: write("HTTP/1.1 100 Continue\r\n\r\n"),
    expected: noHead,
    detail: /^UND_ERR_SOCKET$/,
  },
  {
    title: "a 101",
    server: write("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
    expected: noHead,
  },
  {
    title: "a 103 before the answer",
    server: write(`HTTP/1.1 103 Early Hints\r\n\r\n${whole("ok")}`),
    expected: { kind: "answer", status: 200, text: "ok" },
  },
  {
    title: "a body without end",
    server: flood("HTTP/1.1 200 OK\r\n\r\n"),
    expected: noBody,
    detail: /^UND_ERR_RES_EXCEEDED_MAX_SIZE$/,
  },
  {
    title: "40 KB of headers",
    server: write(`HTTP/1.1 200 OK\r\nx: ${"x".repeat(40_960)}\r\n\r\n`),
    expected: noHead,
    detail: /^UND_ERR_HEADERS_OVERFLOW$/,
  },
  {
    title: "a body that is not UTF-8",
    server: onRequest((socket) => socket.write(Buffer.from(whole("{}").replace("{}", "\xff\xfe"), "latin1"))),
    expected: { kind: "answer", status: 200, text: "" },
  },
  {
    title: "a compressed body nobody asked for",
    server: write(whole("{}", "content-encoding: gzip\r\n")),
    expected: { kind: "answer", status: 200, text: "{}" },
  },
];

describe.concurrent("the phase of a failure is proven", () => {
  test.each(ROWS)("$title", async ({ server: behaviour, expected, detail, account, scheme, tls }) => {
    await using server = await openRawServer(behaviour, { tls: tls ?? false });
    const baseUrl = scheme === undefined ? {} : { baseUrl: `${scheme}:${server.port}` };
    await using http = open(server.port, { ...account, ...baseUrl });
    const path = uniquePath();
    const result = await http.request(post(path), never);
    expect(result).toMatchObject(expected);
    if (result.kind === "failed") expect(result.detail).toMatch(detail ?? /^[A-Za-z_0-9]+$/);
    expectWitness(path, result);
    if (result.kind === "failed" && !result.written) expect(server.received.join("")).not.toContain(path);
  });

  test("a closed port", async () => {
    const server = await openRawServer({});
    await server[Symbol.asyncDispose]();
    await using http = open(server.port);
    const path = uniquePath();
    expect(await http.request(post(path), never)).toEqual({ ...notWritten, detail: "ECONNREFUSED" });
    expect(witnessed).not.toContain(path);
  });

  test("a reset at accept is told as the race between reset and write went", async () => {
    await using server = await openRawServer({ onConnection: reset });
    await using http = open(server.port, { connections: 20 });
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const path = uniquePath();
        expectWitness(path, await http.request(post(path), never));
      }),
    );
  });
});

function expectWitness(path: string, result: HttpResult) {
  expect(witnessed.has(path)).toBe(result.kind === "answer" || result.written);
}

describe.concurrent("a request is written at most once", () => {
  test("a redirect is an answer, not followed", async () => {
    await using server = await openRawServer(
      write("HTTP/1.1 302 Found\r\nlocation: /else\r\ncontent-length: 0\r\n\r\n"),
    );
    await using http = open(server.port);
    const result = await http.request(post(uniquePath()), never);
    expect(result).toMatchObject({ kind: "answer", status: 302 });
    expect(server.received.join("")).not.toContain("/else");
  });

  test("a connection that the server closed while idle is replaced", async () => {
    const closed = Promise.withResolvers<void>();
    const behaviour = onRequest((socket) => {
      socket.end(whole("ok"));
      socket.on("close", () => closed.resolve());
    });
    await using server = await openRawServer(behaviour);
    await using http = open(server.port, { connections: 1 });
    await http.request(post(uniquePath()), never);
    await closed.promise;
    expect(await http.request(post(uniquePath()), never)).toMatchObject({ kind: "answer", text: "ok" });
    expect(server.received.length).toBe(2);
  });

  test("a reset on the second request of a connection is written, not repeated", async () => {
    await using server = await openRawServer(
      onRequest((socket, _, nth) => (nth === 1 ? socket.write(whole("ok")) : reset(socket))),
    );
    await using http = open(server.port, { connections: 1 });
    await http.request(post(uniquePath()), never);
    const path = uniquePath();
    expect(await http.request(post(path), never)).toEqual({ ...noHead, detail: "ECONNRESET" });
    expect(server.received.join("").split(`POST ${path} `).length).toBe(2);
  });

  test("each of many concurrent requests gets its own answer and its own proof", async () => {
    const behaviour = onRequest((socket, request) => {
      const path = /POST (\S+)/.exec(request)?.[1] ?? "";
      if (Number(path.split("-")[1]) % 2 === 0) socket.write(whole(path));
      else reset(socket);
    });
    await using server = await openRawServer(behaviour);
    await using http = open(server.port, { connections: 7 });
    await Promise.all(
      Array.from({ length: 60 }, async () => {
        const path = uniquePath();
        const result = await http.request(post(path), never);
        expectWitness(path, result);
        if (Number(path.split("-")[1]) % 2 === 0) expect(result).toMatchObject({ text: path });
        else expect(result).toEqual({ ...noHead, detail: "ECONNRESET" });
      }),
    );
  });
});

describe.concurrent("a request given up before its first byte is never written", () => {
  test("an aborted signal keeps it from being begun", async () => {
    await using server = await openRawServer({});
    await using http = open(server.port);
    const result = await http.request(post(uniquePath()), AbortSignal.abort());
    expect(result).toEqual({ kind: "failed", written: false, phase: "guard", detail: "aborted" });
  });

  test("an abort while the connection is being made ends it at once", async () => {
    const connected = Promise.withResolvers<void>();
    await using server = await openRawServer({ onData: () => connected.resolve() });
    await using http = open(server.port, { baseUrl: `https://localhost:${server.port}` });
    const abort = new AbortController();
    const result = http.request(post(uniquePath()), abort.signal);
    await connected.promise;
    abort.abort();
    expect(await result).toEqual({ ...notWritten, detail: "aborted" });
  });

  test("an abort after the write is told as written", async () => {
    const arrived = Promise.withResolvers<void>();
    await using server = await openRawServer(onRequest(() => arrived.resolve()));
    await using http = open(server.port);
    const abort = new AbortController();
    const result = http.request(post(uniquePath()), abort.signal);
    await arrived.promise;
    abort.abort();
    expect(await result).toEqual({ ...noHead, detail: "aborted" });
  });

  test("a deadline that ends in the queue for a connection is proof of not written", async () => {
    // The first request has the only connection, and when its deadline frees it no other can be made.
    await using server = await openRawServer({}, { tls: true, handshakes: 1 });
    const baseUrl = `https://localhost:${server.port}`;
    await using http = open(server.port, { baseUrl, ...trusted, connections: 1, timeoutMs: 1000 });
    const [first, second] = [uniquePath(), uniquePath()];
    const results = await Promise.all([http.request(post(first), never), http.request(post(second), never)]);
    expect(results).toEqual([
      { ...noHead, detail: "deadline" },
      { ...notWritten, detail: "deadline" },
    ]);
    expect(witnessed).not.toContain(second);
  });

  test("a request given up in the queue costs no connection", async () => {
    const first = Promise.withResolvers<Socket>();
    await using server = await openRawServer(
      onRequest((socket, _, nth) => (nth === 1 ? first.resolve(socket) : socket.write(whole("ok")))),
    );
    await using http = open(server.port, { connections: 1 });
    const answered = http.request(post(uniquePath()), never);
    const abort = new AbortController();
    const [second, third] = [uniquePath(), uniquePath()];
    const givenUp = http.request(post(second), abort.signal);
    const behind = http.request(post(third), never);
    const socket = await first.promise;
    abort.abort();
    expect(await givenUp).toEqual({ ...notWritten, detail: "aborted" });
    socket.write(whole("ok"));
    expect([await answered, await behind]).toMatchObject([{ text: "ok" }, { text: "ok" }]);
    expect(server.received.length).toBe(1);
    expect(server.received.join("")).not.toContain(second);
  });

  test("a request to a closed client is refused", async () => {
    await using server = await openRawServer({});
    const http = open(server.port);
    await http[Symbol.asyncDispose]();
    await http[Symbol.asyncDispose]();
    expect(await http.request(post(uniquePath()), never)).toMatchObject({
      written: false,
      phase: "guard",
      detail: "closed",
    });
  });

  test("a request that undici does not take is refused", async () => {
    await using server = await openRawServer({});
    await using http = open(server.port);
    const result = await http.request({ ...post(uniquePath()), headers: { x: "a\r\nb" } }, never);
    expect(result).toEqual({ kind: "failed", written: false, phase: "guard", detail: "UND_ERR_INVALID_ARG" });
  });
});

describe("the account's connections", () => {
  afterEach(() => vi.unstubAllEnvs());

  test("a process frozen past the deadline does not write when it wakes", async () => {
    await using server = await openRawServer(write(whole("ok")));
    await using http = open(server.port, { timeoutMs: 500 });
    // Published between the connection and the write. Blocks the thread, as a frozen process or a stopped container would.
    const freeze = () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
    subscribe("undici:client:connected", freeze);
    const path = uniquePath();
    const result = await http
      .request(post(path), never)
      .finally(() => unsubscribe("undici:client:connected", freeze));
    expect(result).toEqual({ kind: "failed", written: false, phase: "guard", detail: "late" });
    expect(witnessed).not.toContain(path);
  });

  test("the environment cannot turn TLS verification off", async () => {
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    await using server = await openRawServer(write(whole("ok")), { tls: true });
    await using http = open(server.port, { baseUrl: `https://localhost:${server.port}` });
    expect(await http.request(post(uniquePath()), never)).toMatchObject({
      written: false,
      detail: "DEPTH_ZERO_SELF_SIGNED_CERT",
    });
  });

  test("a request has its whole deadline, whatever the resolution of undici's timers", async () => {
    await using server = await openRawServer({});
    await using http = open(server.port, { timeoutMs: 1200 });
    const startedAt = performance.now();
    expect(await http.request(post(uniquePath()), never)).toEqual({ ...noHead, detail: "deadline" });
    // Timers count whole milliseconds of a clock that was read before ours.
    expect(performance.now() - startedAt).toBeGreaterThan(1195);
  });

  test("a path of the base address stays in front", async () => {
    await using server = await openRawServer(write(whole("ok", "X-Mark: a\r\nx-mark: b\r\n")));
    await using http = open(server.port, { baseUrl: `http://127.0.0.1:${server.port}/api/v1/` });
    const result = await http.request(post("/send"), never);
    expect(server.received.join("")).toMatch(/^POST \/api\/v1\/send HTTP\/1\.1\r\n/);
    expect(result.kind === "answer" && result.headers.get("x-mark")).toEqual(["a", "b"]);
  });

  test("closing lets a running request end", async () => {
    const arrived = Promise.withResolvers<Socket>();
    await using server = await openRawServer(onRequest(arrived.resolve));
    const http = open(server.port);
    const result = http.request(post(uniquePath()), never);
    const socket = await arrived.promise;
    const closed = http[Symbol.asyncDispose]();
    socket.write(whole("ok"));
    expect(await result).toMatchObject({ text: "ok" });
    await closed;
  });
});
