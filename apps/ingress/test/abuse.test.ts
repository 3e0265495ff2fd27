import { connect } from "node:net";
import { startEtelecom } from "@hermod/simulator/etelecom";
import { dumpRedis } from "@hermod/testing/dump-redis";
import { freePort } from "@hermod/testing/free-port";
import { waitUntil } from "@hermod/testing/wait";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Installation, startInstallation, TOKEN } from "./installation.ts";
import { messagesTo } from "./simulators.ts";

const TEST = { timeout: 40_000 };
const ELSEWHERE = { provider: "etelecom", username: "hermod", password: "secret", trustPush: true };

let stack: AsyncDisposableStack;
let installation: Installation;
let delivered: { readonly id: string; readonly push: string };

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  const port = await freePort();
  const simulator = stack.use(await startEtelecom({ seed: 1, plan: () => ({ steps: [] }) }));
  const account = { ...ELSEWHERE, baseUrl: simulator.url };
  installation = stack.use(
    await startInstallation({
      port,
      accounts: {
        main: account,
        proxied: { ...account, pushFrom: ["203.0.113.0/24", "2001:db8::/32"] },
        other: { ...account, pushToken: "another-token-of-22-chars" },
      },
      others: ["worker"],
      settings: { ingress: { trustedProxies: ["127.0.0.0/8", "::1"] } },
    }),
  );
  const [result] = await installation.hermod.sendMany(messagesTo("etelecom", "main", 1));
  const id = result !== undefined && "id" in result ? result.id : "";
  const view = await waitUntil("it to be taken", async () => {
    const seen = await installation.hermod.get(id);
    return seen?.state === "submitted" ? seen : undefined;
  });
  const push = JSON.stringify({ IdOmniMess: view.providerId, Status: "SUCCESS", MtCount: 1 });
  delivered = { id, push };
}, 40_000);
afterAll(() => stack.disposeAsync());

const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(installation.url + path, { method: "POST", body, headers });

/** A connection, and what it got so far. */
function dial() {
  const socket = connect(Number(new URL(installation.url).port), "127.0.0.1");
  const opened = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const seen = { socket, answer: "", opened: opened.promise, closed: closed.promise };
  socket.on("data", (bytes) => {
    seen.answer += bytes;
  });
  socket.on("connect", opened.resolve);
  // However it ends, even before all is written.
  socket.on("error", () => {});
  socket.on("close", () => {
    opened.resolve();
    closed.resolve();
  });
  return seen;
}

/** What a connection gets that this is written to, until the other side ends it. */
async function written(...texts: string[]): Promise<string> {
  const connection = dial();
  await connection.opened;
  for (const text of texts) connection.socket.write(text);
  await connection.closed;
  return connection.answer;
}

async function isServed(): Promise<boolean> {
  const response = await post(`/push/main/${TOKEN}`, delivered.push);
  await response.body?.cancel();
  return response.status === 200;
}

test(
  "whoever does not know the account's token is told nothing, not even whether there is such an account",
  TEST,
  async () => {
    const paths = [
      "main/wrong",
      `nobody/${TOKEN}`,
      `other/${TOKEN}`,
      `main/${TOKEN}x`,
      `main/${TOKEN.slice(1)}`,
    ];
    const answers = await Promise.all(
      paths.map(async (path) => {
        const response = await post(`/push/${path}`, delivered.push);
        return `${response.status} ${await response.text()}`;
      }),
    );
    expect(new Set(answers)).toEqual(new Set(["404 not found\n"]));
    expect((await installation.hermod.get(delivered.id))?.state).toBe("submitted");
  },
);

test(
  "an account that names addresses is pushed to from there alone, as a trusted proxy tells",
  TEST,
  async () => {
    const from = async (address: string) =>
      (await post(`/push/proxied/${TOKEN}`, "[]", address === "" ? {} : { "x-forwarded-for": address }))
        .status;
    // The body is no push, which only whoever is let in gets to hear.
    expect(await Promise.all(["203.0.113.9", "2001:db8::1"].map(from))).toEqual([400, 400]);
    expect(await Promise.all(["", "198.51.100.1", "203.0.113.9, 198.51.100.1"].map(from))).toEqual([
      404, 404, 404,
    ]);
  },
);

test("any other method than POST is refused", TEST, async () => {
  for (const method of ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
    const response = await fetch(`${installation.url}/push/main/${TOKEN}`, { method });
    expect([method, response.status, response.headers.get("allow")]).toEqual([method, 405, "POST"]);
  }
});

describe("what is too large", () => {
  const head = (token: string, headers: string) =>
    `POST /push/main/${token} HTTP/1.1\r\nHost: hermod\r\nContent-Type: application/json\r\n${headers}\r\n\r\n`;

  test("is refused by its length alone, with and without the token", TEST, async () => {
    for (const [token, status] of [
      [TOKEN, 413],
      ["wrong", 404],
    ] as const) {
      expect(await written(head(token, `Content-Length: ${10 * 2 ** 20}`))).toContain(`HTTP/1.1 ${status}`);
    }
  });

  test("is not read to its end when it tells no length", TEST, async () => {
    const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
    const chunks = Array.from({ length: 160 }, () => chunk);
    expect(await written(head(TOKEN, "Transfer-Encoding: chunked"), ...chunks)).toMatch(
      /^(?:HTTP\/1.1 413|$)/,
    );
    expect(await isServed()).toBe(true);
  });

  test("is refused as headers, too", TEST, async () => {
    expect(await written(`${head(TOKEN, `X: ${"x".repeat(100_000)}`)}`)).toMatch(/^(?:HTTP\/1.1 431|$)/);
  });
});

test(
  "whoever writes slowly is cut off, and a thousand of them keep nobody out and cost little",
  TEST,
  async () => {
    const residentBytes = async () => {
      const text = await (await fetch(`${installation.url}/metrics`)).text();
      return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]);
    };
    const before = await residentBytes();
    const slowBody = written(`POST /push/main/${TOKEN} HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n{`);
    const connections = Array.from({ length: 1000 }, dial);
    for (const { socket } of connections) socket.write(`POST /push/main/${TOKEN} HTTP/1.1\r\nHost: h`);
    await Promise.all(connections.map(({ opened }) => opened));
    const served = await Promise.all(Array.from({ length: 50 }, isServed));
    expect(served).not.toContain(false);
    expect((await residentBytes()) - before).toBeLessThan(100 * 2 ** 20);
    await Promise.all(connections.map(({ closed }) => closed));
    for (const { answer } of connections) expect(answer).toMatch(/^(?:HTTP\/1.1 408|$)/);
    expect(await slowBody).toMatch(/^(?:HTTP\/1.1 408|$)/);
  },
);

test("what was pushed two thousand times has happened once", TEST, async () => {
  expect(await isServed()).toBe(true);
  const first = await recordOf(delivered.id);
  expect(first).toContain("delivered");
  await Promise.all(Array.from({ length: 10 }, () => pushAgain(200)));
  expect(await recordOf(delivered.id)).toBe(first);
});

/** Pushes the same so many times on one connection, twenty at once. */
async function pushAgain(times: number): Promise<void> {
  const { push } = delivered;
  const request = `POST /push/main/${TOKEN} HTTP/1.1\r\nHost: h\r\nContent-Length: ${push.length}\r\n\r\n${push}`;
  const connection = dial();
  await connection.opened;
  const answered = () => connection.answer.split("HTTP/1.1 200 OK").length - 1;
  for (let sent = 20; sent <= times; sent += 20) {
    connection.socket.write(request.repeat(20));
    await waitUntil("the answers", () => answered() === sent, { everyMs: 2 });
  }
  connection.socket.destroy();
}

async function recordOf(id: string): Promise<string | undefined> {
  return (await dumpRedis(installation.redis.url)).find((line) => line.startsWith(`{hermod:0}:m:${id} `));
}

test("nobody's token is ever said", () => {
  expect(installation.said()).not.toContain(TOKEN);
  expect(installation.said()).not.toContain("another-token");
});
