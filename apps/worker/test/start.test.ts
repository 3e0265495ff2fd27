import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApp } from "@hermod/testing/app-process";
import { startRedis } from "@hermod/testing/redis";
import { describe, expect, test } from "vitest";

const GOOD = {
  accounts: {
    main: { provider: "etelecom", baseUrl: "http://127.0.0.1:9", username: "u", password: "secret" },
  },
};

/** Starts a process that is expected to end by itself. */
async function failedStart(app: "worker" | "poller", config: unknown, env: Record<string, string>) {
  const directory = await mkdtemp(join(tmpdir(), "hermod-start-"));
  try {
    const path = join(directory, "hermod.yaml");
    await writeFile(path, typeof config === "string" ? config : JSON.stringify(config));
    const began = performance.now();
    await using started = await startApp(app, { env: { HERMOD_CONFIG: path, ...env }, untilStarted: false });
    const code = await started.ended;
    return { code, said: started.lines.join("\n"), tookMs: performance.now() - began };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

describe.for(["worker", "poller"] as const)("a %s", (app) => {
  test("with three mistakes in its configuration ends at once, with one message that lists all three", async () => {
    const config = `
accounts:
  main: { provider: etelecom, baseUrl: "http://127.0.0.1:9", username: u, sendPerSecond: fast }
retry: { delays: [1] }
`;
    const { code, said } = await failedStart(app, config, {});
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
    const { code, said, tookMs } = await failedStart(app, GOOD, { REDIS_URL: url.href });
    expect(code).toBe(1);
    expect(said).toMatch(/refused the user name or password in REDIS_URL/);
    expect(said).not.toMatch(/wrong-canary/);
    expect(said.split("\n")).toHaveLength(1);
    expect(tookMs).toBeLessThan(7000);
  });

  test("whose Redis is not there says so within 5 s", async () => {
    const { code, said } = await failedStart(app, GOOD, { REDIS_URL: "redis://127.0.0.1:9" });
    expect(code).toBe(1);
    expect(said).toMatch(/cannot be reached \(ECONNREFUSED\)/);
  });

  test("whose Redis may evict messages refuses to start", async () => {
    await using redis = await startRedis({ settings: { "maxmemory-policy": "allkeys-lru" } });
    const { code, said } = await failedStart(app, GOOD, { REDIS_URL: redis.url });
    expect(code).toBe(1);
    expect(said).toMatch(/set maxmemory-policy to noeviction \(it is allkeys-lru\)/);
  });
});

test("a process whose Redis accepts but never answers says so within 5 s", async () => {
  const silent = createServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  const address = silent.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const { code, said, tookMs } = await failedStart("worker", GOOD, {
    REDIS_URL: `redis://127.0.0.1:${port}`,
  });
  silent.close();
  expect(code).toBe(1);
  expect(said).toMatch(/cannot be reached/);
  expect(tookMs).toBeLessThan(7000);
});

test("a Redis that is not durable is used, with one loud warning", async () => {
  await using redis = await startRedis({ settings: { appendonly: "no" } });
  const directory = await mkdtemp(join(tmpdir(), "hermod-start-"));
  const path = join(directory, "hermod.yaml");
  await writeFile(path, JSON.stringify(GOOD));
  {
    await using worker = await startApp("worker", { env: { HERMOD_CONFIG: path, REDIS_URL: redis.url } });
    const warnings = worker.lines.filter((line) => line.includes("not_durable"));
    expect(warnings).toEqual([expect.stringContaining("appendfsync always")]);
  }
  await rm(directory, { recursive: true, force: true });
});

test("an unknown name in ACCOUNTS ends the worker with a message that names it", async () => {
  const { code, said } = await failedStart("worker", GOOD, { ACCOUNTS: "main,other" });
  expect(code).toBe(1);
  expect(said).toMatch(/other: no such account/);
});
