import { setTimeout as delay } from "node:timers/promises";
import { openClient } from "@hermod/client";
import { delivered } from "@hermod/simulator/etelecom/plan";
import { timesOf } from "@hermod/simulator/ground-truth";
import { killClients } from "@hermod/testing/kill-clients";
import { waitUntil } from "@hermod/testing/wait";
import { describe, expect, test } from "vitest";
import { type CuttingRelay, openCuttingRelay } from "../chaos/cutting-relay.ts";
import { type Gate, openGate } from "./gate.ts";
import {
  type EtelecomInstallationOptions,
  handedOver,
  message,
  startInstallation,
  timesAccepted,
} from "./installation.ts";

const TEST = { timeout: 90_000 };
const WAIT = { timeoutMs: 60_000 };
const SETTINGS = {
  check: { minMs: 100, maxMs: 1000, horizonMs: 120_000 },
  reconcile: { settleMs: 500 },
  lease: { leaseMs: 6000, lockMs: 6000, stalledMs: 1000 },
};
/** Longer than lease and lock. */
const AWAY_MS = 7000;
/** The longest that fits into the lease. */
const TIMEOUT_MS = 3500;

/** Hermod at an eTelecom, with a way to Redis that can be cut, and the way itself. */
async function startCuttable(options: EtelecomInstallationOptions = {}) {
  let relay: CuttingRelay | undefined;
  const before = async (url: string) => {
    relay = await openCuttingRelay(url);
    return relay;
  };
  const simulator = { plan: () => delivered(200), ...options.simulator };
  const account = { timeoutMs: TIMEOUT_MS, ...options.account };
  const installation = await startInstallation({
    settings: SETTINGS,
    ...options,
    account,
    simulator,
    before,
  });
  if (relay === undefined) throw new Error("there is no way to Redis");
  return { ...installation, relay };
}

type Cuttable = Awaited<ReturnType<typeof startCuttable>>;

async function handOver(cuttable: Cuttable, count: number, expiresInMs = 60_000): Promise<string[]> {
  return await handedOver(
    cuttable,
    Array.from({ length: count }, (_, index) => message(`${index}`, { expiresInMs })),
  );
}

/** Each was taken once and delivered, was not taken and expired, or may have been taken once and is said to be in doubt. */
async function expectNoneTwice({ hermod, simulator }: Cuttable, ids: readonly string[]): Promise<number> {
  const views = await Promise.all(ids.map((id) => hermod.waitForFinal(id, WAIT)));
  for (const [index, view] of views.entries()) {
    const taken = timesAccepted(simulator, `${index}`);
    const right = { delivered: taken === 1, expired: taken === 0, unknown: taken <= 1 }[view.state as string];
    expect([index, view.state, view.reason, right]).toEqual([index, view.state, view.reason, true]);
  }
  return views.filter(({ state }) => state === "delivered").length;
}

const sends = ({ simulator }: Cuttable): number => timesOf(simulator.log.requests, "send").length;

describe.concurrent("a worker that is cut off from Redis", () => {
  test(
    "in the middle of a request records the answer when Redis is back, and never repeats the request",
    TEST,
    async () => {
      const slow = { kind: "slow", delayMs: 600 } as const;
      const fault = ({ operation }: { operation: string }) => (operation === "send" ? slow : undefined);
      await using cuttable = await startCuttable({ simulator: { fault } });
      const { hermod, simulator, redis } = cuttable;
      const [id = ""] = await handOver(cuttable, 1);
      await waitUntil("it to be on the wire", () => timesAccepted(simulator, "0") === 1, WAIT);
      await redis.kill();
      await delay(AWAY_MS);
      await redis.restart();
      expect(await hermod.waitForFinal(id, WAIT)).toMatchObject({ state: "delivered", attempts: 1 });
      expect(sends(cuttable)).toBe(1);
    },
  );

  test("writes nothing while it is, and goes on by itself when the network is mended", TEST, async () => {
    await using cuttable = await startCuttable({ account: { sendPerSecond: 20 } });
    const { relay, simulator } = cuttable;
    const ids = await handOver(cuttable, 60, 30_000);
    await waitUntil("some to be sent", () => simulator.log.accepted.length >= 5, WAIT);
    relay.part();
    // What was begun may still be written: as much as goes within a lease.
    await delay(AWAY_MS);
    const before = sends(cuttable);
    expect(before).toBeLessThan(60);
    await delay(AWAY_MS / 7);
    expect(sends(cuttable)).toBe(before);
    relay.heal();
    expect(await expectNoneTwice(cuttable, ids)).toBeGreaterThan(30);
  });

  test("without being told so finds another connection by itself", TEST, async () => {
    await using cuttable = await startCuttable();
    const { hermod, relay, simulator } = cuttable;
    await waitUntil("the processes to be connected", async () => (await hermod.get("x")) === undefined, WAIT);
    relay.silence();
    const [id = ""] = await handOver(cuttable, 1);
    expect(await hermod.waitForFinal(id, WAIT)).toMatchObject({ state: "delivered" });
    expect(timesAccepted(simulator, "0")).toBe(1);
  });

  test(
    "again and again, with every connection killed ten times a second, sends each message once",
    TEST,
    async () => {
      await using cuttable = await startCuttable({ account: { sendPerSecond: 40 } });
      const { redis } = cuttable;
      const ids = await handOver(cuttable, 100, 15_000);
      await killClients(redis.url, 50, 100);
      expect(await expectNoneTwice(cuttable, ids)).toBeGreaterThan(50);
    },
  );

  test("for the moment of an answer, at any step, takes a message once and sends it once", TEST, async () => {
    await using opened = new AsyncDisposableStack();
    const gates: Gate[] = [];
    const before = async (url: string) => {
      // To the intent and to the outcome.
      const gate = await openGate(url, { losesAnswerTo: [/\bsending\b/, /\bsubmitted\b/] });
      gates.push(gate);
      return gate;
    };
    const simulator = { plan: () => delivered(200) };
    const installation = opened.use(await startInstallation({ settings: SETTINGS, simulator, before }));
    // To the record and to its work order.
    const gate = opened.use(await openGate(installation.redis.url, { losesAnswerTo: [/:m:/, /:send\./] }));
    const producer = opened.use(await openClient({ redisUrl: gate.url }));
    const { id } = await producer.send(message("0"));
    expect(await installation.hermod.waitForFinal(id, WAIT)).toMatchObject({
      state: "delivered",
      attempts: 1,
    });
    expect([gate.lost(), gates[0]?.lost()]).toEqual([2, 2]);
    expect(installation.simulator.log.accepted).toHaveLength(1);
  });

  test(
    "by a frozen Redis begins nothing, and a producer that repeats its message sends it once",
    TEST,
    async () => {
      await using cuttable = await startCuttable();
      const { hermod, redis, simulator } = cuttable;
      const keyed = message("0", { idempotencyKey: "order-1" });
      await redis.freeze();
      await expect(hermod.send(keyed)).rejects.toMatchObject({ name: "HermodUnavailableError" });
      await expect(hermod.send(keyed)).rejects.toMatchObject({ name: "HermodUnavailableError" });
      expect(sends(cuttable)).toBe(0);
      await redis.thaw();
      const { id } = await waitUntil(
        "Redis to take it",
        () => hermod.send(keyed).catch(() => undefined),
        WAIT,
      );
      expect(await hermod.waitForFinal(id, WAIT)).toMatchObject({ state: "delivered" });
      expect([timesAccepted(simulator, "0"), simulator.log.accepted.length]).toEqual([1, 1]);
    },
  );
});
