import { delivered, failed, neverReported } from "@hermod/simulator/etelecom/plan";
import { tooManyRequests } from "@hermod/simulator/faults";
import { timesOf } from "@hermod/simulator/ground-truth";
import { dumpRedis } from "@hermod/testing/dump-redis";
import { waitUntil } from "@hermod/testing/wait";
import { describe, expect, test } from "vitest";
import { message, startInstallation, timesAccepted } from "./installation.ts";

/** What becomes of a message is told by its one-time password. */
const PLANS = { good: delivered(300), bad: failed(300, "23"), lost: neverReported() } as const;

const plan = ({ params }: { params: Readonly<Record<string, string>> }) =>
  PLANS[(params["otp"] ?? "").split("-")[0] as keyof typeof PLANS] ?? delivered(300);

const WAIT = { timeoutMs: 15_000 };

describe("a message", () => {
  test("reaches the final state that the provider decides", { timeout: 30_000 }, async () => {
    await using installation = await startInstallation({ simulator: { plan } });
    const { hermod } = installation;
    const results = await hermod.sendMany([
      message("good-1"),
      message("bad-1"),
      message("lost-1"),
      message("1", { content: { template: "NONE", params: {} } }),
    ]);
    const ids = results.map((result) => ("id" in result ? result.id : ""));
    const views = await Promise.all(ids.map((id) => hermod.waitForFinal(id, WAIT)));
    expect(views[0]).toMatchObject({ state: "delivered", certainty: "proven", parts: 1, attempts: 1 });
    expect(views[1]).toMatchObject({
      state: "undelivered",
      code: "23",
      details: { channel: "brandnamesms" },
    });
    expect(views[2]).toMatchObject({ state: "unknown", reason: "never_reported", certainty: "unproven" });
    expect(views[3]).toMatchObject({ state: "rejected", attempts: 1 });
  });

  test("that was canceled before its time is never written", { timeout: 30_000 }, async () => {
    await using installation = await startInstallation();
    const { hermod, simulator } = installation;
    const { id } = await hermod.send(message("1", { sendAt: Date.now() + 2000 }));
    expect(await hermod.cancel(id)).toBe("canceled");
    const { id: later } = await hermod.send(message("2", { sendAt: Date.now() + 2500 }));
    await hermod.waitForFinal(later, WAIT);
    expect(await hermod.get(id)).toMatchObject({ state: "canceled", final: true, attempts: 0 });
    expect(timesAccepted(simulator, "1")).toBe(0);
  });

  test("with a send time goes out then and not before", { timeout: 30_000 }, async () => {
    await using installation = await startInstallation();
    const { hermod, simulator } = installation;
    const sendAt = Date.now() + 1500;
    const { id } = await hermod.send(message("1", { sendAt: new Date(sendAt) }));
    await hermod.waitForFinal(id, WAIT);
    const [sent = 0] = timesOf(simulator.log.requests, "send");
    expect(sent).toBeGreaterThanOrEqual(sendAt - 5);
    expect(sent).toBeLessThan(sendAt + 2000);
  });

  test("whose text is gone from Redis once it is final, with its number and password nowhere but in the record before", {
    timeout: 30_000,
  }, async () => {
    await using installation = await startInstallation({ simulator: { plan } });
    const { hermod, redis } = installation;
    const { id } = await hermod.send(message("good-CANARY"));
    await hermod.waitForFinal(id, WAIT);
    const everything = await dumpRedis(redis.url);
    expect(everything.join("\n")).not.toContain("CANARY");
    expect(everything.filter((line) => line.includes("84836106872"))).toEqual([
      expect.stringContaining(`:m:${id} `),
    ]);
    expect(installation.said()).not.toMatch(/CANARY|84836106872|secret/);
  });
});

describe("an urgent message", () => {
  test("overtakes bulk messages, also those that a worker has in hand", { timeout: 40_000 }, async () => {
    await using installation = await startInstallation({ account: { sendPerSecond: 20 } });
    const { hermod, simulator } = installation;
    await hermod.sendMany(
      Array.from({ length: 1500 }, (_, index) => message(`bulk-${index}`, { priority: "bulk" })),
    );
    await waitUntil("the worker to be busy", () => simulator.log.accepted.length >= 20, {
      timeoutMs: 15_000,
    });
    const before = simulator.log.accepted.length;
    await hermod.send(message("urgent", { priority: "urgent" }));
    await waitUntil("the urgent one", () => timesAccepted(simulator, "urgent") === 1, { timeoutMs: 15_000 });
    // Three seconds' worth, where everything in hand before it would be a minute's.
    expect(simulator.log.accepted.length - before).toBeLessThan(60);
  });
});

describe("a provider that wants to be asked less", () => {
  test("for a long time, does not keep messages from being sent", { timeout: 40_000 }, async () => {
    await using installation = await startInstallation({
      simulator: { plan: () => neverReported() },
      account: { connections: 2 },
    });
    const { hermod, simulator } = installation;
    simulator.setFault("status", tooManyRequests(3600));
    await hermod.sendMany(Array.from({ length: 20 }, (_, index) => message(`${index}`)));
    const asked = () => timesOf(simulator.log.requests, "status").length;
    await waitUntil("the provider to be asked", () => asked() > 0, { timeoutMs: 15_000 });
    await hermod.sendMany(Array.from({ length: 20 }, (_, index) => message(`later-${index}`)));
    await waitUntil("all to be sent", () => simulator.log.accepted.length === 40, { timeoutMs: 15_000 });
    expect(asked()).toBeLessThan(10);
  });
});
