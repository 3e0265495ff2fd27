import type { AppProcess } from "@hermod/testing/app-process";
import { freePort } from "@hermod/testing/free-port";
import { blockedClients } from "@hermod/testing/kill-clients";
import { startRedis } from "@hermod/testing/redis";
import { waitUntil } from "@hermod/testing/wait";
import { describe, expect, test } from "vitest";
import { openGate } from "./gate.ts";
import { orderRedis } from "./order-redis.ts";
import { scrape } from "./scrape.ts";
import { GOOD, startedApp } from "./started-app.ts";

const TEST = { timeout: 60_000 };

/** How long there may be no progress, and what a look at it may add. */
const STUCK_MS = 5000;
const LATE_MS = 5000;

const CONFIG = { ...GOOD, health: { stuckMs: STUCK_MS } };

interface Probed extends AsyncDisposable {
  readonly app: AppProcess;
  readonly port: number;
  /** What a probe with a patience of half a second sees: a status, or nothing. */
  probe(path: "/live" | "/ready"): Promise<number | undefined>;
  /** Waits for this answer; tells how long that took. */
  until(path: "/live" | "/ready", status: number | undefined, timeoutMs?: number): Promise<number>;
}

async function probed(
  app: "worker" | "poller",
  env: Readonly<Record<string, string>>,
  config: unknown = CONFIG,
): Promise<Probed> {
  const port = await freePort();
  const started = await startedApp(app, { config, env: { PORT: `${port}`, ...env } });
  const probe: Probed["probe"] = async (path) => {
    const signal = AbortSignal.timeout(500);
    return await fetch(`http://127.0.0.1:${port}${path}`, { signal }).then(
      ({ status }) => status,
      () => undefined,
    );
  };
  return {
    app: started,
    port,
    probe,
    async until(path, status, timeoutMs = STUCK_MS + LATE_MS) {
      const began = performance.now();
      const what = `${path} to answer ${status ?? "nothing"}`;
      await waitUntil(what, async () => (await probe(path)) === status, { timeoutMs });
      return performance.now() - began;
    },
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  };
}

/** They mostly wait, and do so together. */
describe.concurrent("when it is not the process's fault", () => {
  for (const app of ["worker", "poller"] as const) {
    test(
      `a ${app} whose Redis is frozen is not ready and then not alive, and both again once it thaws`,
      TEST,
      async () => {
        await using redis = await startRedis();
        await using frozen = await probed(app, { REDIS_URL: redis.url });
        const { probe, until, port } = frozen;
        expect([await probe("/live"), await probe("/ready")]).toEqual([200, 200]);
        await redis.freeze();
        await until("/ready", 503);
        await until("/live", 503);
        const { sum } = await scrape(port);
        expect([sum("hermod_redis_up"), sum("hermod_live")]).toEqual([0, 0]);
        // Longer than a process is given that another one could replace.
        await passed(2 * STUCK_MS);
        await redis.thaw();
        await until("/live", 200);
        await until("/ready", 200);
        expect(frozen.app.lines.join()).not.toContain("ends itself");
      },
    );
  }

  test(
    "a worker whose Redis takes no writes is not ready and then not alive, and both again once it does",
    TEST,
    async () => {
      await using redis = await startRedis();
      await using refused = await probed("worker", { REDIS_URL: redis.url });
      await orderRedis(redis.url, "CONFIG SET min-replicas-to-write 1");
      await refused.until("/ready", 503);
      await refused.until("/live", 503);
      await passed(STUCK_MS);
      await orderRedis(redis.url, "CONFIG SET min-replicas-to-write 0");
      await refused.until("/live", 200);
      expect(refused.app.lines.join()).not.toContain("ends itself");
    },
  );

  test("a process that was stopped as a whole for long is not taken for blocked", TEST, async () => {
    await using redis = await startRedis();
    await using stopped = await probed("worker", { REDIS_URL: redis.url });
    stopped.app.kill("SIGSTOP");
    await stopped.until("/live", undefined);
    await passed(3 * STUCK_MS);
    stopped.app.kill("SIGCONT");
    await stopped.until("/live", 200);
  });
});

/** Waits for a time to be over that is itself the matter of a test. */
async function passed(ms: number): Promise<void> {
  const until = performance.now() + ms;
  await waitUntil("time to pass", () => performance.now() > until, { timeoutMs: 2 * ms, everyMs: 100 });
}

describe("a process whose event loop is blocked", () => {
  test.for(["worker", "poller"] as const)(
    "(%s) answers no probe, and is alive again after",
    TEST,
    async (app) => {
      await using redis = await startRedis();
      await using blocked = await probed(app, { REDIS_URL: redis.url, ...blockedFor(STUCK_MS) });
      blocked.app.kill("SIGUSR2");
      await blocked.until("/live", undefined);
      await blocked.until("/live", 200);
    },
  );

  test("for too long is ended, and says why", TEST, async () => {
    await using redis = await startRedis();
    await using blocked = await probed("worker", { REDIS_URL: redis.url, ...blockedFor(60_000) });
    blocked.app.kill("SIGUSR2");
    const began = performance.now();
    expect(await blocked.app.ended).toBe(137);
    expect(performance.now() - began).toBeLessThan(2 * STUCK_MS + LATE_MS);
    expect(blocked.app.lines.join()).toContain("event loop blocked");
  });
});

/** Lets SIGUSR2 block the event loop of a process. */
function blockedFor(ms: number): Readonly<Record<string, string>> {
  const code = `process.on("SIGUSR2", () => { const end = Date.now() + ${ms}; while (Date.now() < end); })`;
  return { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(code)}` };
}

describe.concurrent("a worker whose blocking connection is killed", () => {
  test("is not alive although Redis answers, and alive again once it may connect", TEST, async () => {
    await using cut = await cutOff();
    await cut.worker.until("/live", 503);
    expect(await cut.worker.probe("/ready")).toBe(200);
    cut.gate.admit();
    await cut.worker.until("/live", 200);
  });

  test("and that cannot connect again ends itself with 1, and says why", TEST, async () => {
    await using cut = await cutOff();
    expect(await cut.worker.app.ended).toBe(1);
    expect(cut.worker.app.lines.join()).toContain("a connection to Redis does not come back");
  });
});

/** A worker behind a gate that lets no new connection through, with its blocking connections killed. */
async function cutOff() {
  await using stack = new AsyncDisposableStack();
  const redis = stack.use(await startRedis());
  const gate = stack.use(await openGate(redis.url));
  const worker = stack.use(await probed("worker", { REDIS_URL: gate.url }));
  // One for each queue.
  const blocked = stack.use(await blockedClients(redis.url, 2));
  gate.refuse();
  await blocked.kill();
  const owned = stack.move();
  return { worker, gate, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
