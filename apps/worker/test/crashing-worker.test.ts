import { startEtelecom } from "@hermod/simulator/etelecom";
import { delivered } from "@hermod/simulator/etelecom/plan";
import { startScript } from "@hermod/testing/app-process";
import { waitUntil } from "@hermod/testing/wait";
import { describe, expect, test } from "vitest";
import { openCrew } from "../chaos/crew.ts";
import { handedOver, type Installation, message, startWithAccounts, timesAccepted } from "./installation.ts";

const TEST = { timeout: 120_000 };
const WAIT = { timeoutMs: 100_000 };
const SCRIPT = new URL("crashing-worker.ts", import.meta.url);
const SETTINGS = {
  check: { minMs: 100, maxMs: 1000, horizonMs: 120_000 },
  lease: { leaseMs: 4500, lockMs: 4500, stalledMs: 500 },
};

async function startStage() {
  await using stack = new AsyncDisposableStack();
  const simulator = stack.use(await startEtelecom({ seed: 1, plan: () => delivered(200) }));
  const account = {
    provider: "etelecom",
    baseUrl: simulator.url,
    username: "hermod",
    password: "secret",
    timeoutMs: 2000,
  };
  const accounts = { good: account, poison: account, busy: account };
  const installation = stack.use(await startWithAccounts(accounts, { settings: SETTINGS, workers: 0 }));
  const owned = stack.move();
  return { ...installation, simulator, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const startCrashing = ({ env }: Installation, untilStarted: boolean) =>
  startScript(SCRIPT, { env, untilStarted });

describe.concurrent("a worker", () => {
  test(
    "that one message kills again and again sets it aside as failed, and sends all others",
    TEST,
    async () => {
      await using stage = await startStage();
      const { hermod, simulator } = stage;
      const start = () => startCrashing(stage, false);
      await using _crew = openCrew([{ kind: "worker", count: 2, start }]);
      const known = () => hermod.send(message("poison", { account: "poison" })).catch(() => undefined);
      const { id } = await waitUntil("the accounts to be known", known, WAIT);
      const others = Array.from({ length: 40 }, (_, index) => message(`${index}`, { account: "good" }));
      const ids = await handedOver(stage, others);
      expect(await hermod.waitForFinal(id, WAIT)).toMatchObject({ state: "failed", reason: "poison" });
      expect(timesAccepted(simulator, "poison")).toBe(0);
      // What one had just begun as it died nobody can settle.
      const state = async (one: string) => (await hermod.get(one))?.state ?? "";
      const isDone = async (one: string) => ["delivered", "unconfirmed"].includes(await state(one));
      const areDone = async () => (await Promise.all(ids.map(isDone))).every(Boolean);
      await waitUntil("all others to be sent", areDone, WAIT);
      const taken = ids.map((_, index) => timesAccepted(simulator, `${index}`));
      expect(Math.max(...taken)).toBe(1);
      const states = await Promise.all(ids.map(state));
      expect(states.filter((one) => one === "delivered").length).toBeGreaterThan(20);
    },
  );

  test(
    "whose event loop is blocked for longer than lease and lock gives its attempt back, and another one sends it",
    TEST,
    async () => {
      await using stage = await startStage();
      const { hermod, simulator } = stage;
      await using busy = await startCrashing(stage, true);
      const { id } = await hermod.send(message("1", { account: "busy" }));
      await waitUntil("it to be busy", () => busy.lines.includes('{"msg":"busy"}'), WAIT);
      await stage.start("worker", { ACCOUNTS: "busy" });
      await waitUntil("it to be done", () => busy.lines.includes('{"msg":"busy no more"}'), WAIT);
      expect(await hermod.waitForFinal(id, WAIT)).toMatchObject({ state: "delivered", attempts: 2 });
      expect(simulator.log.requests.filter(({ operation }) => operation === "send")).toHaveLength(1);
    },
  );
});
