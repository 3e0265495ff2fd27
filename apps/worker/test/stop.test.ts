import { once } from "node:events";
import { createServer } from "node:http";
import { openClient } from "@hermod/client";
import { startRedis } from "@hermod/testing/redis";
import { waitUntil } from "@hermod/testing/wait";
import { describe, expect, test } from "vitest";
import { openGate } from "./gate.ts";
import { ending, GOOD, startedApp } from "./started-app.ts";

/** Well below the budget of an idle process, and above a second of silence and closing. */
const PROMPT_MS = 6000;

describe.for(["worker", "poller"] as const)("an idle %s that is told to end", (app) => {
  test("while Redis is away ends with 0 within its budget", async () => {
    await using redis = await startRedis();
    await using gate = await openGate(redis.url);
    await using started = await startedApp(app, { env: { REDIS_URL: gate.url } });
    const before = gate.connections();
    await redis.kill();
    await waitUntil("it to dial in vain", () => gate.connections() > before + 4);
    const { code, said, tookMs } = await ending(started, () => started.kill("SIGTERM"));
    expect(said).toMatch(/"msg":"stopped"/);
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(PROMPT_MS);
  });

  test("while Redis is frozen ends with 0 within its budget", async () => {
    await using redis = await startRedis();
    await using gate = await openGate(redis.url);
    await using started = await startedApp(app, { env: { REDIS_URL: gate.url } });
    gate.shut();
    await waitUntil("an unanswered question", () => gate.swallowed() > 0);
    const { code, said, tookMs } = await ending(started, () => started.kill("SIGTERM"));
    expect(said).toMatch(/"msg":"stopped"/);
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(PROMPT_MS);
  });

  test("while Redis was frozen for so long that it dials anew ends with 0 within its budget", async () => {
    await using redis = await startRedis();
    await using gate = await openGate(redis.url);
    await using started = await startedApp(app, { env: { REDIS_URL: gate.url } });
    const before = gate.connections();
    gate.shut();
    // A silent connection is given up after 15 s.
    await waitUntil("it to dial anew", () => gate.connections() > before, { timeoutMs: 25_000 });
    const { code, said, tookMs } = await ending(started, () => started.kill("SIGTERM"));
    expect(said).toMatch(/"msg":"stopped"/);
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(PROMPT_MS);
  }, 60_000);

  test("with a Redis that answers ends with 0 at once", async () => {
    await using redis = await startRedis();
    await using started = await startedApp(app, { env: { REDIS_URL: redis.url } });
    const { code, tookMs } = await ending(started, () => started.kill("SIGTERM"));
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(2000);
  });
});

describe.for(["worker", "poller"] as const)("a %s that is told to end while it starts", (app) => {
  test.for([
    { when: "at the check of Redis", shutsBefore: /hello|info/i },
    { when: "at its first commands", shutsBefore: /hsetnx/i },
  ])("$when ends promptly with 0", async ({ shutsBefore }) => {
    await using redis = await startRedis();
    await using gate = await openGate(redis.url, { shutsBefore });
    await using started = await startedApp(app, { env: { REDIS_URL: gate.url }, untilStarted: false });
    await waitUntil("Redis to fall silent", () => gate.isShut(), { timeoutMs: 10_000 });
    const { code, tookMs, said } = await ending(started, () => started.kill("SIGTERM"));
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(1500);
    expect(said).not.toMatch(/"msg":"started"|cannot be reached/);
  });
});

/** An eTelecom that takes requests and answers when it is let. */
async function holdingProvider() {
  const requested = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    request.resume().on("end", async () => {
      requested.resolve();
      await released.promise;
      response.writeHead(500).end();
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    requested: requested.promise,
    release: released.resolve,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A worker in the middle of a request. */
async function busyWorker(redisUrl: string, providerUrl: string) {
  const account = { ...GOOD.accounts.main, baseUrl: providerUrl, timeoutMs: 2000 };
  const config = { ...GOOD, accounts: { main: account } };
  await using stack = new AsyncDisposableStack();
  const worker = stack.use(await startedApp("worker", { config, env: { REDIS_URL: redisUrl } }));
  stack.use(await startedApp("poller", { config, env: { REDIS_URL: redisUrl } }));
  const hermod = stack.use(await openClient({ redisUrl }));
  await hermod.send({
    account: "main",
    to: "+84836106872",
    content: { template: "OTP", params: { otp: "1" } },
  });
  const owned = stack.move();
  return { worker, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

describe("a worker with a request on the wire", () => {
  test("whose outcome cannot be recorded waits for its whole budget, and says that it failed", async () => {
    await using redis = await startRedis();
    await using provider = await holdingProvider();
    await using busy = await busyWorker(redis.url, provider.url);
    await provider.requested;
    await redis.kill();
    const ended = ending(busy.worker, () => busy.worker.kill("SIGTERM"));
    provider.release();
    const { code, said, tookMs } = await ended;
    expect(code).toBe(1);
    expect(said).toMatch(/did not stop in time/);
    expect(tookMs).toBeGreaterThan(6500);
  }, 30_000);

  test("records its outcome when Redis comes back within the budget, and ends with 0", async () => {
    await using redis = await startRedis();
    await using provider = await holdingProvider();
    await using busy = await busyWorker(redis.url, provider.url);
    await provider.requested;
    await redis.kill();
    const ended = ending(busy.worker, () => busy.worker.kill("SIGTERM"));
    provider.release();
    await redis.restart();
    const { code, said } = await ended;
    expect(code).toBe(0);
    expect(said).not.toMatch(/did not stop in time/);
  }, 30_000);

  test("that is told twice ends at once, and says that it failed", async () => {
    await using redis = await startRedis();
    await using provider = await holdingProvider();
    await using busy = await busyWorker(redis.url, provider.url);
    await provider.requested;
    const { worker } = busy;
    worker.kill("SIGTERM");
    await waitUntil("it to stop", () => worker.lines.some((line) => line.includes('"msg":"stopping"')));
    const { code, tookMs } = await ending(worker, () => worker.kill("SIGTERM"));
    expect(code).toBe(1);
    expect(tookMs).toBeLessThan(1000);
  });
});
