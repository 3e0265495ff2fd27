import { once } from "node:events";
import { connect } from "node:net";
import { startRedis } from "@hermod/testing/redis";
import { waitUntil } from "@hermod/testing/wait";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { authorization, type BoardProcess, PASSWORD, startBoard, USER } from "./started-board.ts";

const stack = new AsyncDisposableStack();
let url: string;
let board: BoardProcess;

beforeAll(async () => {
  url = stack.use(await startRedis()).url;
  board = stack.use(await startBoard({ REDIS_URL: url }));
}, 60_000);
afterAll(() => stack.disposeAsync());

const status = async (path: string, headers: Record<string, string> = {}, of = board): Promise<number> =>
  (await fetch(of.url + path, { headers, redirect: "manual" })).status;

const EVERYWHERE = [
  "/",
  "/messages",
  `/messages/${"0".repeat(26)}`,
  "/assets/board.css",
  "/queues",
  "/queues/",
  "/queues/api/queues",
  "/queues/static/images/logo.svg",
  "/nowhere",
  "/live/x",
  "//live",
];

describe("a board", () => {
  test("shows nothing without a password, and asks for one", async () => {
    for (const path of EVERYWHERE) expect([path, await status(path)]).toEqual([path, 401]);
    const answer = await fetch(`${board.url}/messages`);
    expect(answer.headers.get("www-authenticate")).toBe('Basic realm="Hermod", charset="UTF-8"');
  });

  test.for([
    ["a wrong password", authorization(USER, "wrong")],
    ["a wrong user", authorization("root", PASSWORD)],
    ["an empty password", authorization(USER, "")],
    ["a part of the password", authorization(USER, PASSWORD.slice(0, -1))],
    ["another scheme", "Bearer secret"],
    ["what is no base 64", "Basic ---"],
    ["no colon", `Basic ${Buffer.from("operator").toString("base64")}`],
  ] as const)("shows nothing for %s", async ([, given]) => {
    // Few of each: what is guessed here counts against the other tests.
    for (const path of ["/messages", "/queues/api/queues"]) {
      expect(await status(path, { authorization: given })).toBe(401);
    }
  });

  test("lets in whoever knows user and password", async () => {
    for (const path of ["/messages", "/queues/", "/queues/api/queues", "/assets/board.css"]) {
      expect([path, (await board.ask(path)).status]).toEqual([path, 200]);
    }
  });

  test("tells whoever runs it that it lives and is ready, without a password", async () => {
    expect(await status("/live")).toBe(200);
    expect(await status("/ready")).toBe(200);
  });

  test("answers whoever guesses no more, not even when the next guess is right, and logs no guess", {
    timeout: 60_000,
  }, async () => {
    await using own = await startBoard({ REDIS_URL: url });
    const guess = (n: number) =>
      status("/messages", { authorization: authorization(USER, `guess-canary-${n}`) }, own);
    for (let n = 0; n < 10; n += 1) expect(await guess(n)).toBe(401);
    expect(await guess(10)).toBe(429);
    const right = await own.ask("/messages");
    expect(right.status).toBe(429);
    expect(right.headers.get("retry-after")).toBe("60");
    const refusals = () => own.lines.filter((line) => line.includes("wrong user name or password"));
    await waitUntil("what it says of the guesses", () => refusals().length >= 10);
    expect(refusals()).toHaveLength(10);
    expect(own.lines.join("\n")).not.toMatch(/canary/);
  });

  test("does not answer without end whoever asks without end", { timeout: 60_000 }, async () => {
    await using own = await startBoard({ REDIS_URL: url });
    const statuses = new Map<number, number>();
    for (let n = 0; n < 13; n += 1) {
      const fifty = Array.from({ length: 50 }, () =>
        status("/nowhere", { authorization: authorization() }, own),
      );
      for (const got of await Promise.all(fifty)) statuses.set(got, (statuses.get(got) ?? 0) + 1);
    }
    expect(Object.fromEntries(statuses)).toEqual({ 404: 600, 429: 50 });
  });

  test.for(["/messages", "/queues/", "/nowhere", "/queues/api/queues"])(
    "lets no other site show or read %s, and no foreign program run there",
    async (path) => {
      const { headers } = await board.ask(path);
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toMatch(/^default-src 'none';/);
      expect(policy).toMatch(/frame-ancestors 'none'/);
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(headers.get("x-frame-options")).toBe("DENY");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("access-control-allow-origin")).toBeNull();
      expect(headers.get("server")).toBeNull();
    },
  );
});

/** What comes back for these bytes, until it looks so or the board ends the connection; and how long that took. */
async function exchange(bytes: string, until?: RegExp): Promise<{ answer: string; tookMs: number }> {
  const { hostname, port } = new URL(board.url);
  const socket = connect(Number(port), hostname).setEncoding("latin1");
  let answer = "";
  socket.on("data", (more) => {
    answer += more;
  });
  socket.on("error", () => {});
  const began = performance.now();
  socket.write(bytes);
  const closed = once(socket, "close");
  if (until === undefined) await closed;
  else await waitUntil("an answer", () => until.test(answer));
  socket.destroy();
  return { answer, tookMs: performance.now() - began };
}

describe("a request", () => {
  test("whose body is too large is refused before it is read", async () => {
    const head = (authorized: string) =>
      `PUT /queues/api/queues/pause HTTP/1.1\r\nhost: x\r\n${authorized}content-length: 99999999999\r\n\r\nx`;
    const refused = await exchange(head(""), /^HTTP\/1\.1 /);
    expect(refused.answer).toMatch(/^HTTP\/1\.1 401/);
    const { answer } = await exchange(head(`authorization: ${authorization()}\r\n`), /^HTTP\/1\.1 /);
    expect(answer).toMatch(/^HTTP\/1\.1 405/);
  });

  test("whose head is too large is refused", async () => {
    const { answer } = await exchange(`GET / HTTP/1.1\r\nhost: x\r\nx: ${"x".repeat(20_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431/);
  });

  test("whose address is too long to be one of ours is refused, and not repeated", async () => {
    expect((await board.ask(`/messages/${"x".repeat(5000)}`)).status).toBe(414);
    const answer = await board.ask(`/messages?id=${"x".repeat(5000)}`);
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toContain("x".repeat(100));
  });

  test("whose head never ends is cut off", { timeout: 20_000 }, async () => {
    const { answer, tookMs } = await exchange("GET /messages HTTP/1.1\r\nhost: x\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 408/);
    expect(tookMs).toBeLessThan(9000);
  });

  test("whose body never ends is cut off", { timeout: 30_000 }, async () => {
    const head = [
      "POST /messages HTTP/1.1",
      "host: x",
      `authorization: ${authorization()}`,
      "content-length: 100",
    ];
    const { tookMs } = await exchange(`${head.join("\r\n")}\r\n\r\nx`);
    expect(tookMs).toBeLessThan(15_000);
  });
});
