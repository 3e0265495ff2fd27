import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { freePort } from "@hermod/testing/free-port";
import { startRedis } from "@hermod/testing/redis";
import { waitUntil } from "@hermod/testing/wait";
import { describe, expect, test } from "vitest";
import { openGate } from "./gate.ts";
import { orderRedis } from "./order-redis.ts";
import { scrape } from "./scrape.ts";
import { type AppSetting, ending, GOOD, startedApp } from "./started-app.ts";

/** Starts a process that is expected to end by itself. */
async function failedStart(app: "worker" | "poller", setting: AppSetting) {
  await using started = await startedApp(app, { ...setting, untilStarted: false });
  return await ending(started);
}

async function listening(server: Server): Promise<number> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

const PRIVATE_STACK = /^ +at |node_modules/m;

describe.for(["worker", "poller"] as const)("a %s", (app) => {
  test("with three mistakes in its configuration ends at once, with one message that lists all three", async () => {
    const config = `
accounts:
  main: { provider: etelecom, baseUrl: "http://127.0.0.1:9", username: u, sendPerSecond: fast }
retry: { delays: [1] }
`;
    const { code, said } = await failedStart(app, { config });
    expect(code).toBe(1);
    expect(said).toMatch(/3 problems/);
    expect(said).toMatch(/accounts\.main\.password/);
    expect(said).toMatch(/accounts\.main\.sendPerSecond/);
    expect(said).toMatch(/retry\.delays: unknown field/);
  });

  test("with a wrong Redis password says so within 5 s, without the password", async () => {
    await using redis = await startRedis({ settings: { requirepass: "right" } });
    const url = new URL(redis.url);
    url.password = "wrong-canary";
    const { code, said, tookMs } = await failedStart(app, { env: { REDIS_URL: url.href } });
    expect(code).toBe(1);
    expect(said).toMatch(/refused the user name or password in REDIS_URL/);
    expect(said).not.toMatch(/wrong-canary/);
    expect(said.split("\n")).toHaveLength(1);
    expect(tookMs).toBeLessThan(7000);
  });

  test("whose Redis is not there says so within 5 s", async () => {
    const { code, said } = await failedStart(app, { env: { REDIS_URL: "redis://127.0.0.1:9" } });
    expect(code).toBe(1);
    expect(said).toMatch(/cannot be reached \(ECONNREFUSED\)/);
  });

  test("whose Redis may evict messages refuses to start", async () => {
    await using redis = await startRedis({ settings: { "maxmemory-policy": "allkeys-lru" } });
    const { code, said } = await failedStart(app, { env: { REDIS_URL: redis.url } });
    expect(code).toBe(1);
    expect(said).toMatch(/set maxmemory-policy to noeviction \(it is allkeys-lru\)/);
  });

  test.for([
    { when: "before it answers at all", shutsBefore: /hello|info/i },
    { when: "after it was checked", shutsBefore: /hsetnx/i },
    { when: "before the accounts are announced", shutsBefore: /hset\r/i },
  ])("whose Redis falls silent $when says so within 5 s", { timeout: 30_000 }, async ({ shutsBefore }) => {
    await using redis = await startRedis();
    await using gate = await openGate(redis.url, { shutsBefore });
    await using started = await startedApp(app, { env: { REDIS_URL: gate.url }, untilStarted: false });
    await waitUntil("Redis to fall silent", () => gate.isShut(), { timeoutMs: 20_000 });
    const { code, said, tookMs } = await ending(started);
    expect(code).toBe(1);
    expect(said).toMatch(/^Redis at .* cannot be reached \(it does not answer\); check REDIS_URL/);
    expect(said.split("\n")).toHaveLength(1);
    expect(tookMs).toBeLessThan(7000);
  });

  test("whose port is taken says so in one message and ends", async () => {
    await using redis = await startRedis();
    await using other = createServer();
    const port = await listening(other);
    const { code, said } = await failedStart(app, { env: { REDIS_URL: redis.url, PORT: `${port}` } });
    expect(code).toBe(1);
    expect(said).toMatch(`PORT cannot be used, 1 problem:\n  - ${port} is in use by another process`);
    expect(said).not.toMatch(PRIVATE_STACK);
  });

  test("whose first command Redis refuses shows the refusal and nothing of the command", async () => {
    await using redis = await startRedis();
    const url = new URL(redis.url);
    Object.assign(url, { username: "app", password: "right" });
    await orderRedis(redis.url, "ACL SETUSER app on >right ~* &* +@all -eval -evalsha");
    const { code, said } = await failedStart(app, { env: { REDIS_URL: url.href } });
    expect(code).toBe(1);
    expect(said).toMatch(/^ReplyError: NOPERM .*'eval(sha)?'/m);
    expect(said).not.toMatch(/args|command:|etelecom|right/);
  });

  test("whose variables are empty, as a compose file passes them, takes the defaults", async () => {
    await using redis = await startRedis();
    const empty = { ACCOUNTS: "", PORT: "", LOG_LEVEL: "" };
    await using started = await startedApp(app, { env: { REDIS_URL: redis.url, ...empty } });
    const { code, said } = await ending(started, () => started.kill("SIGTERM"));
    expect(code).toBe(0);
    expect(said).not.toMatch(/not_durable|problem/);
  });
});

test("an empty HERMOD_CONFIG or REDIS_URL means the default", async () => {
  const { code, said } = await failedStart("worker", { env: { HERMOD_CONFIG: "", REDIS_URL: "" } });
  expect(code).toBe(1);
  expect(said).toMatch(/^hermod\.yaml cannot be used/);
});

test("a Redis that is not durable is used, with one loud warning and as a metric", async () => {
  await using redis = await startRedis({ settings: { appendonly: "no" } });
  const port = await freePort();
  const env = { REDIS_URL: redis.url, PORT: `${port}` };
  await using worker = await startedApp("worker", { env });
  const warnings = worker.lines.filter((line) => line.includes("not_durable"));
  expect(warnings).toEqual([expect.stringContaining("appendfsync always")]);
  const { sum } = await scrape(port);
  expect(sum("hermod_redis_warning", { code: "not_durable" })).toBe(1);
});

test("a clock that differs from that of Redis is told once, loudly, with the milliseconds", async () => {
  await using redis = await startRedis();
  const ahead = "const real = Date.now; Date.now = () => real() + 5000;";
  const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(ahead)}`;
  await using worker = await startedApp("worker", { env: { REDIS_URL: redis.url, NODE_OPTIONS } });
  await waitUntil("the warning", () => worker.lines.some((line) => line.includes("clock_skew")));
  const warnings = worker.lines.filter((line) => line.includes("clock_skew"));
  expect(warnings).toHaveLength(1);
  expect(JSON.parse(warnings.join())).toMatchObject({ level: 40, code: "clock_skew" });
  const { skewMs } = JSON.parse(warnings.join()) as { skewMs: number };
  expect(skewMs).toBeLessThan(-4000);
  expect(skewMs).toBeGreaterThan(-5100);
});

test("that numbers and texts lie in Redis in the clear is told once, loudly, and not where there are keys", {
  timeout: 60_000,
}, async () => {
  await using redis = await startRedis();
  const env = { REDIS_URL: redis.url };
  const encryption = { keys: { k1: Buffer.alloc(32, 1).toString("base64") }, active: "k1" };
  const warningsOf = async (config: unknown) => {
    await using worker = await startedApp("worker", { config, env });
    return worker.lines.filter((line) => line.includes("in the clear"));
  };
  const [warning = "{}", ...more] = await warningsOf(GOOD);
  expect(JSON.parse(warning)).toMatchObject({ level: 40 });
  expect(more).toEqual([]);
  expect(await warningsOf({ ...GOOD, encryption })).toEqual([]);
});

test("an unknown name in ACCOUNTS ends the worker with a message that names it", async () => {
  const { code, said } = await failedStart("worker", { env: { ACCOUNTS: "main,other" } });
  expect(code).toBe(1);
  expect(said).toMatch(/other: no such account/);
});
