import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { startRedis } from "@hermod/testing/redis";
import { waitUntil } from "@hermod/testing/wait";
import { Redis } from "ioredis";
import { expect, onTestFinished, test } from "vitest";
import { connectRedis } from "./connect.ts";
import { RedisUnusableError } from "./redis-unusable-error.ts";

const PASSWORD = "right-Passw0rd";

type Who = Parameters<typeof connectRedis>[1];

/** The error of a connection that fails, and how long it took. */
async function failureOf(url: string, who: Who = "process"): Promise<{ error: Error; tookMs: number }> {
  const began = performance.now();
  const error = await connectRedis(url, who).then(
    () => new Error("it connected"),
    (reason: Error) => reason,
  );
  expect(error).toBeInstanceOf(RedisUnusableError);
  return { error, tookMs: performance.now() - began };
}

/** A server that does with each connection what the test wants; it knows which are still open. */
async function listen(onConnection: (socket: Socket) => void): Promise<{ place: string; open: Set<Socket> }> {
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => open.delete(socket));
    onConnection(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return { place: `127.0.0.1:${port}`, open };
}

test.for(["process", "producer"] as const)(
  "a wrong or missing password is told to a %s in one sentence without the password, at once",
  async (who) => {
    const server = await startRedis({ settings: { requirepass: PASSWORD } });
    onTestFinished(() => server[Symbol.asyncDispose]());
    const { host } = new URL(server.url);
    // Well before the deadline: waiting makes no password right.
    const limitMs = who === "process" ? 3000 : 1800;

    const wrong = await failureOf(`redis://:wr0ng-secret@${host}`, who);
    expect(wrong.error.message).toBe(`Redis at ${host} refused the user name or password in REDIS_URL.`);
    expect(wrong.tookMs).toBeLessThan(limitMs);
    const unknown = await failureOf(`redis://nobody:${PASSWORD}@${host}`, who);
    expect(unknown.error.message).toBe(wrong.error.message);

    const missing = await failureOf(`redis://${host}`, who);
    expect(missing.error.message).toBe(
      `Redis at ${host} and REDIS_URL disagree on whether a password is needed.`,
    );
    expect(missing.tookMs).toBeLessThan(limitMs);

    await using link = await connectRedis(server.url, who);
    expect(await link.redis.ping()).toBe("PONG");
    for (const text of [JSON.stringify(wrong.error), `${unknown.error.stack}`]) {
      expect(text).not.toMatch(/wr0ng-secret|right-Passw0rd/);
    }
  },
);

const LIMITS = [
  { who: "process", limitMs: 5000 },
  { who: "producer", limitMs: 2000 },
] as const;

test("that nobody listens is told within 5 s, to a producer within 2 s", async () => {
  const message =
    "Redis at 127.0.0.1:1 cannot be reached (ECONNREFUSED); check REDIS_URL and that the server runs.";
  const failures = LIMITS.map(async ({ who, limitMs }) => {
    const { error, tookMs } = await failureOf("redis://127.0.0.1:1", who);
    expect(error.message).toBe(message);
    expect(tookMs).toBeLessThan(limitMs);
  });
  await Promise.all(failures);
});

test("a listener that never answers is given up within 5 s, by a producer within 2 s", async () => {
  const { place, open } = await listen((socket) => socket.resume());
  const failures = LIMITS.map(async ({ who, limitMs }) => {
    const { error, tookMs } = await failureOf(`redis://:secret@${place}`, who);
    expect(error.message).toBe(
      `Redis at ${place} cannot be reached (it does not answer); check REDIS_URL and that the server runs.`,
    );
    expect(tookMs).toBeLessThan(limitMs);
  });
  await Promise.all(failures);
  await waitUntil("the connections to be closed", () => open.size === 0);
});

test("a listener that is no Redis is told as such", async () => {
  const { place } = await listen((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  const { error } = await failureOf(`redis://${place}`);
  expect(error.message).toContain(`Redis at ${place} cannot be reached`);
});

test("a process whose connections failed ends by itself: nothing is left open", async () => {
  const { place } = await listen((socket) => socket.resume());
  const script = `
    import { connectRedis } from "./connect.ts";
    const urls = ["redis://127.0.0.1:1", "redis://${place}", "nonsense"];
    const results = await Promise.allSettled(urls.map((url) => connectRedis(url, "producer")));
    console.log(results.map(({ reason }) => reason.name).join());`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  expect(line).toBe("RedisUnusableError,RedisUnusableError,RedisUnusableError");
  await waitUntil("the process to end", () => child.exitCode !== null, { timeoutMs: 1000 });
  expect(child.exitCode).toBe(0);
});

test("a Redis that is only just starting is waited for", async () => {
  const server = await startRedis();
  onTestFinished(() => server[Symbol.asyncDispose]());
  await server.kill();
  const connecting = connectRedis(server.url, "process");
  await server.restart();
  await using link = await connecting;
  expect(await link.redis.ping()).toBe("PONG");
});

test("a server that may evict messages is refused", async () => {
  const server = await startRedis({ settings: { "maxmemory-policy": "allkeys-lru" } });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const { error } = await failureOf(server.url);
  expect(error.message).toContain("set maxmemory-policy to noeviction (it is allkeys-lru)");
});

test("a server that can lose its last second is used with a warning, a durable one without", async () => {
  const server = await startRedis();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const admin = new Redis(server.url);
  onTestFinished(() => admin.disconnect());
  const warnings = async (): Promise<readonly string[]> => {
    await using link = await connectRedis(server.url, "process");
    return link.warnings.map(({ code, message }) => `${code}: ${message}`);
  };
  expect(await warnings()).toEqual([]);
  await admin.config("SET", "appendfsync", "everysec");
  expect(await warnings()).toEqual([expect.stringMatching(/^not_durable: .*appendfsync everysec/)]);
  await admin.config("SET", "appendonly", "no");
  expect(await warnings()).toEqual([expect.stringMatching(/^not_durable: .*no append-only file/)]);
});

test("a user who may not read the configuration can work, and is told what to look at", async () => {
  const server = await startRedis();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const admin = new Redis(server.url);
  onTestFinished(() => admin.disconnect());
  await admin.call("ACL", "SETUSER", "app", "on", ">secret", "~*", "&*", "+@all", "-config");
  const { host } = new URL(server.url);
  await using link = await connectRedis(`redis://app:secret@${host}`, "process");
  expect(link.warnings.map(({ code }) => code)).toEqual(["durability_unknown"]);
});

test.for(["", "localhost", "localhost:6379", "http://localhost:6379", "redis//localhost"])(
  "%j is refused as an address, without being repeated",
  async (url) => {
    const { error } = await failureOf(url);
    expect(error.message).toMatch(/^REDIS_URL (is not an address|must begin with redis:\/\/)/);
    if (url !== "") expect(error.message).not.toContain(`${url} `);
  },
);

test("a connection and its copies are closed together, and closing twice is harmless", async () => {
  const server = await startRedis();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const admin = new Redis(server.url);
  onTestFinished(() => admin.disconnect());
  const link = await connectRedis(server.url, "process");
  await Promise.all([link.another().ping(), link.another({ connectionName: "named" }).ping()]);
  const clients = async (): Promise<number> =>
    String(await admin.client("LIST"))
      .trim()
      .split("\n").length;
  expect(await clients()).toBe(4);
  await link[Symbol.asyncDispose]();
  await link[Symbol.asyncDispose]();
  await waitUntil("the connections to be gone", async () => (await clients()) === 1);
});

test("commands wait for a Redis that is away, those of a producer fail at once", async () => {
  const server = await startRedis();
  onTestFinished(() => server[Symbol.asyncDispose]());
  await using process = await connectRedis(server.url, "process");
  await using producer = await connectRedis(server.url, "producer");
  await server.kill();
  await waitUntil(
    "the loss to be noticed",
    () => producer.redis.status !== "ready" && process.redis.status !== "ready",
  );
  const waiting = process.redis.ping();
  const began = performance.now();
  await expect(producer.redis.ping()).rejects.toThrow();
  expect(performance.now() - began).toBeLessThan(100);
  await server.restart();
  expect(await waiting).toBe("PONG");
});
