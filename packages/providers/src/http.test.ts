import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { constants, createSecureServer } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { MISHAPS, tlsOf } from "@hermod/testing/mishaps";
import { type Behaviour, CERTIFICATE_FILE, KEY_FILE, openRawServer } from "@hermod/testing/raw-server";
import { onRequest, responseOf } from "@hermod/testing/wire";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type HttpResult, headerValues } from "./exchange.ts";
import { type HttpAccount, openHttp } from "./http.ts";

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
  return { method: "POST" as const, path, headers: { "content-type": "text/plain" }, body: path };
}

const reset = (socket: Socket) => socket.resetAndDestroy();
const write = (bytes: string) => onRequest((socket) => socket.write(bytes));
const noHead = { kind: "failed", written: true, phase: "headers" } as const;
const notWritten = { kind: "failed", written: false, phase: "connect" } as const;
const trusted = { caFile: CERTIFICATE_FILE };

describe.concurrent("the phase of a failure is proven", () => {
  test.each(MISHAPS)("$title", async (mishap) => {
    const { phase, detail = /^[A-Za-z_0-9]+$/, reply, connection, https, nobody, endless } = mishap;
    const behaviour = onRequest((socket) => reply?.(socket, { status: 200, body: "yes" }));
    await using server = await openRawServer(connection ?? behaviour, tlsOf(mishap));
    const host = nobody === "name" ? `${"nobody".repeat(11)}.invalid` : https ? "localhost" : "127.0.0.1";
    const port = nobody === "port" ? 1 : server.port;
    await using http = open(server.port, {
      baseUrl: `${https === undefined ? "http" : "https"}://${host}:${port}`,
      ...(https?.trusted === true ? trusted : {}),
      ...(endless === true ? { timeoutMs: 800 } : {}),
    });
    const path = uniquePath();
    const result = await http.request(post(path), never);
    const written = phase === "witnessed" ? witnessed.has(path) : phase !== "connect";
    expect(result).toEqual({
      kind: "failed",
      written,
      phase: phase === "witnessed" ? (written ? "headers" : "connect") : phase,
      detail: expect.stringMatching(detail),
    });
    expectWitness(path, result);
    if (!written) expect(server.received.join("")).not.toContain(path);
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

describe.concurrent("an answer is whole", () => {
  test.each<[string, Behaviour, object]>([
    [
      "after a 103",
      write(`HTTP/1.1 103 Early Hints\r\n\r\n${whole("ok")}`),
      { kind: "answer", status: 200, text: "ok" },
    ],
    [
      "where its body has no length and was cut off, which nobody can see here",
      onRequest((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n{"a":')),
      { kind: "answer", status: 200, text: '{"a":' },
    ],
    [
      "where its body is not UTF-8, which is no text",
      onRequest((socket) =>
        socket.write(responseOf({ status: 200, body: Buffer.from("\xff\xfe", "latin1") })),
      ),
      { kind: "answer", status: 200, text: "" },
    ],
    [
      "where its body is said to be compressed, and is left as it is",
      write(whole("{}", "content-encoding: gzip\r\n")),
      { kind: "answer", status: 200, text: "{}" },
    ],
  ])("%s", async (_, behaviour, expected) => {
    await using server = await openRawServer(behaviour);
    await using http = open(server.port);
    expect(await http.request(post(uniquePath()), never)).toMatchObject(expected);
  });

  test("under a certificate that caFile vouches for", async () => {
    await using server = await openRawServer(write(whole("yes")), { tls: true });
    await using http = open(server.port, { baseUrl: `https://localhost:${server.port}`, ...trusted });
    expect(await http.request(post(uniquePath()), never)).toMatchObject({ text: "yes" });
  });
});

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

  test("a server that would rather speak HTTP/2, and refuses its streams, is sent one request by HTTP/1.1", async () => {
    const certificates = { key: readFileSync(KEY_FILE), cert: readFileSync(CERTIFICATE_FILE) };
    const seen: string[] = [];
    const server = createSecureServer({ ...certificates, allowHTTP1: true }, ({ httpVersion }, response) => {
      seen.push(httpVersion);
      response.end("yes");
    });
    server.on("stream", (stream) => {
      seen.push("refused");
      stream.close(constants.NGHTTP2_REFUSED_STREAM);
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    await using http = open(port, { baseUrl: `https://localhost:${port}`, ...trusted });
    expect(await http.request(post(uniquePath()), never)).toMatchObject({ kind: "answer", text: "yes" });
    expect(seen).toEqual(["1.1"]);
    server.close();
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
    const behaviour = onRequest((socket, { path }) => {
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
    expect(result.kind === "answer" && headerValues(result, "x-mark")).toEqual(["a", "b"]);
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
