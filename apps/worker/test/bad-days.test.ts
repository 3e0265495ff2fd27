import { foreignAddress, refused, unauthorized } from "@hermod/simulator/etelecom/faults";
import { delivered } from "@hermod/simulator/etelecom/plan";
import { serverError, tooManyRequests } from "@hermod/simulator/faults";
import { waitUntil } from "@hermod/testing/wait";
import { describe, expect, test } from "vitest";
import { message, startInstallation, timesAccepted } from "./installation.ts";

const plan = () => delivered(200);
/** A report is waited for longer than a killed worker's questions count as being asked: half a minute and the request's own time. */
const PATIENT = { check: { minMs: 100, maxMs: 1000, horizonMs: 60_000 } };
const WAIT = { timeoutMs: 20_000 };
const TEST = { timeout: 40_000 };

describe("when the answer is lost", () => {
  for (const [name, fault] of [
    ["the connection is reset after acceptance", { kind: "reset", accepted: true }],
    ["the provider stays silent after acceptance", { kind: "silence", accepted: true }],
    ["the provider answers 500 after acceptance", serverError(true)],
  ] as const) {
    test(`a message is written once and ends as unknown, because ${name}`, TEST, async () => {
      await using installation = await startInstallation({ simulator: { plan } });
      const { hermod, simulator } = installation;
      simulator.setFault("send", fault, 1);
      const { id } = await hermod.send(message("1", { expiresInMs: 3000 }));
      await waitUntil("it to be in doubt", async () => (await hermod.get(id))?.state === "unconfirmed", WAIT);
      const view = await hermod.waitForFinal(id, WAIT);
      expect(view).toMatchObject({ state: "unknown", reason: "never_confirmed", attempts: 1 });
      expect(timesAccepted(simulator, "1")).toBe(1);
    });
  }
});

describe("when the provider refuses for a while", () => {
  test("a 429 rests the account, spends no attempt and loses nothing", TEST, async () => {
    await using installation = await startInstallation({ simulator: { plan } });
    const { hermod, simulator } = installation;
    simulator.setFault("send", tooManyRequests(1), 1);
    const results = await hermod.sendMany(Array.from({ length: 30 }, (_, index) => message(`${index}`)));
    const views = await Promise.all(
      results.map((result) => hermod.waitForFinal("id" in result ? result.id : "", WAIT)),
    );
    expect(views.map(({ state }) => state)).toEqual(views.map(() => "delivered"));
    const times = simulator.log.requests.filter(({ operation }) => operation === "send").map(({ at }) => at);
    const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(Math.max(...pauses)).toBeGreaterThan(900);
    expect(simulator.log.accepted).toHaveLength(30);
  });

  for (const [fault, code] of [
    [refused("-3"), "balance"],
    [unauthorized, "credentials"],
    [foreignAddress, "address"],
  ] as const) {
    test(
      `an account at fault (${code}) holds its messages, and they go once it is mended`,
      TEST,
      async () => {
        await using installation = await startInstallation({ simulator: { plan } });
        const { hermod, simulator } = installation;
        simulator.setFault("send", fault);
        const { id } = await hermod.send(message("1"));
        await waitUntil("it to be held", async () => (await hermod.get(id))?.state === "held", WAIT);
        expect(await hermod.get(id)).toMatchObject({ reason: "account", code });
        simulator.setFault("send", undefined);
        expect(await hermod.waitForFinal(id, WAIT)).toMatchObject({ state: "delivered" });
        expect(timesAccepted(simulator, "1")).toBe(1);
      },
    );
  }

  test(
    "a provider that cannot be reached is tried again by the list, and nothing is written twice",
    TEST,
    async () => {
      await using installation = await startInstallation({ account: { baseUrl: "http://127.0.0.1:9" } });
      const { hermod } = installation;
      const { id } = await hermod.send(message("1"));
      const view = await hermod.waitForFinal(id, WAIT);
      expect(view).toMatchObject({
        state: "failed",
        reason: "attempts_exhausted",
        code: "connect",
        attempts: 7,
      });
    },
  );
});

describe("when a worker dies", () => {
  test("by kill -9 under load, every message still becomes final and none is accepted twice", {
    timeout: 90_000,
  }, async () => {
    await using installation = await startInstallation({
      simulator: { plan },
      account: { sendPerSecond: 100 },
      settings: PATIENT,
      workers: 2,
    });
    const { hermod, simulator, start } = installation;
    const messages = Array.from({ length: 400 }, (_, index) => message(`${index}`, { expiresInMs: 20_000 }));
    const results = await hermod.sendMany(messages);
    for (const count of [80, 160, 240]) {
      const victim = await start("worker");
      await waitUntil(`${count} to be sent`, () => simulator.log.accepted.length >= count, WAIT);
      victim.kill("SIGKILL");
      await victim.ended;
    }
    const views = await Promise.all(
      results.map((result) => hermod.waitForFinal("id" in result ? result.id : "", { timeoutMs: 60_000 })),
    );
    for (const [index, view] of views.entries()) {
      const taken = timesAccepted(simulator, `${index}`);
      expect(taken).toBeLessThanOrEqual(1);
      if (view.state !== "delivered")
        expect(view).toMatchObject({ state: "unknown", reason: "never_confirmed" });
      if (view.state === "delivered") expect(taken).toBe(1);
    }
  });

  test("by SIGTERM, it finishes what is on the wire, gives the rest back and ends with 0", TEST, async () => {
    await using installation = await startInstallation({
      simulator: {
        plan,
        fault: ({ operation }) => (operation === "send" ? { kind: "slow", delayMs: 400 } : undefined),
      },
      account: { sendPerSecond: 50 },
      // Until the second worker has started nobody asks.
      settings: PATIENT,
      workers: 0,
    });
    const { hermod, simulator, start } = installation;
    const worker = await start("worker");
    const results = await hermod.sendMany(Array.from({ length: 60 }, (_, index) => message(`${index}`)));
    await waitUntil("some to be on the wire", () => simulator.log.accepted.length >= 10, WAIT);
    worker.kill("SIGTERM");
    expect(await worker.ended).toBe(0);
    const ids = results.map((result) => ("id" in result ? result.id : ""));
    const states = (await Promise.all(ids.map((id) => hermod.get(id)))).map((view) => view?.state);
    expect(states.filter((state) => state === "sending" || state === "unconfirmed")).toEqual([]);
    await start("worker");
    const views = await Promise.all(ids.map((id) => hermod.waitForFinal(id, WAIT)));
    expect(new Set(views.map(({ state }) => state))).toEqual(new Set(["delivered"]));
    expect(simulator.log.accepted).toHaveLength(60);
  });

  test(
    "by freezing longer than its lease, what it had begun is in doubt and never written by another",
    TEST,
    async () => {
      await using installation = await startInstallation({
        simulator: {
          plan,
          fault: ({ operation }) => (operation === "send" ? { kind: "silence", accepted: true } : undefined),
        },
        workers: 0,
      });
      const { hermod, simulator, start } = installation;
      const frozen = await start("worker");
      const { id } = await hermod.send(message("1", { expiresInMs: 6000 }));
      await waitUntil("it to be on the wire", () => timesAccepted(simulator, "1") === 1, WAIT);
      frozen.kill("SIGSTOP");
      await start("worker");
      await waitUntil("it to be in doubt", async () => (await hermod.get(id))?.state === "unconfirmed", WAIT);
      frozen.kill("SIGCONT");
      expect(await hermod.waitForFinal(id, WAIT)).toMatchObject({ state: "unknown", attempts: 1 });
      expect(timesAccepted(simulator, "1")).toBe(1);
    },
  );
});

describe("when Redis goes away", () => {
  test("for a while under load, every message still becomes final and none is accepted twice", {
    timeout: 90_000,
  }, async () => {
    await using installation = await startInstallation({
      simulator: { plan },
      account: { sendPerSecond: 100 },
      settings: PATIENT,
      workers: 2,
    });
    const { hermod, simulator, redis } = installation;
    const messages = Array.from({ length: 300 }, (_, index) => message(`${index}`, { expiresInMs: 20_000 }));
    const results = await hermod.sendMany(messages);
    await waitUntil("some to be sent", () => simulator.log.accepted.length >= 50, WAIT);
    await redis.kill();
    await redis.restart();
    const views = await Promise.all(
      results.map((result) => hermod.waitForFinal("id" in result ? result.id : "", { timeoutMs: 60_000 })),
    );
    for (const [index, view] of views.entries()) {
      expect(timesAccepted(simulator, `${index}`)).toBeLessThanOrEqual(1);
      if (view.state !== "delivered")
        expect(view).toMatchObject({ state: "unknown", reason: "never_confirmed" });
    }
    expect(views.filter(({ state }) => state === "delivered").length).toBeGreaterThan(250);
  });

  test("a producer is told within two seconds, and the same key afterwards sends once", TEST, async () => {
    await using installation = await startInstallation({ simulator: { plan } });
    const { hermod, simulator, redis } = installation;
    await redis.kill();
    const asked = performance.now();
    await expect(hermod.send(message("1", { idempotencyKey: "order-1" }))).rejects.toMatchObject({
      name: "HermodUnavailableError",
    });
    expect(performance.now() - asked).toBeLessThan(2500);
    await redis.restart();
    const first = await waitUntil("Redis to be back", () =>
      hermod.send(message("1", { idempotencyKey: "order-1" })).catch(() => undefined),
    );
    const second = await hermod.send(message("1", { idempotencyKey: "order-1" }));
    expect(second).toEqual({ id: first.id, duplicate: true });
    await hermod.waitForFinal(first.id, WAIT);
    expect(timesAccepted(simulator, "1")).toBe(1);
  });
});
