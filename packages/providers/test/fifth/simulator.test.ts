import type { Fault } from "@hermod/simulator/faults";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Provider } from "../../src/provider.ts";
import { PigeonAccount } from "./config.ts";
import { pigeon } from "./index.ts";
import { startPigeon } from "./simulator.ts";

const never = new AbortController().signal;
const MESSAGES = Array.from({ length: 60 }, (_, n) => ({
  id: `m${n}`,
  to: `+8483610${1000 + n}`,
  content: { text: `Code ${n}` },
  validForMs: 60_000,
}));

let now = 0;
let simulator: Awaited<ReturnType<typeof startPigeon>>;
let provider: Provider;

beforeEach(async () => {
  now = Date.UTC(2026, 0, 1);
  simulator = await startPigeon({
    key: "k",
    credit: 60,
    steps: [
      { afterMs: 1000, status: "passed" },
      { afterMs: 5000, status: "arrived" },
    ],
    now: () => now,
  });
  provider = pigeon.open(PigeonAccount.parse({ provider: "pigeon", baseUrl: simulator.url, key: "k" }));
});

afterEach(async () => {
  await provider[Symbol.asyncDispose]();
  await simulator[Symbol.asyncDispose]();
});

test("messages are taken once each and followed to their end", async () => {
  const outcomes = await provider.send(MESSAGES, never);
  expect(simulator.log.accepted).toHaveLength(60);
  const followed = MESSAGES.map(({ id, to }) => {
    const outcome = outcomes.get(id);
    if (outcome?.kind !== "accepted" || outcome.providerId === undefined) throw new Error(outcome?.kind);
    return { id, to, providerId: outcome.providerId };
  });
  expect(new Set(followed.map(({ providerId }) => providerId)).size).toBe(60);
  for (const [afterMs, kind] of [
    [0, "pending"],
    [2000, "sent"],
    [4000, "delivered"],
  ] as const) {
    now += afterMs;
    const answers = await provider.status(followed, never);
    expect([...answers.values()]).toMatchObject(followed.map(() => ({ report: { kind } })));
  }
  expect(simulator.log.requests.filter(({ operation }) => operation === "status")).toHaveLength(2 * 3);
});

describe("what is told of a send request never says less than the simulator's log", () => {
  test.each<[string, Fault, object, number]>([
    ["a reset before it was taken", { kind: "reset", accepted: false }, { kind: "maybeSent" }, 0],
    ["a reset after it was taken", { kind: "reset", accepted: true }, { kind: "maybeSent" }, 1],
    ["an answer cut off", { kind: "torn" }, { kind: "maybeSent" }, 1],
    ["429", { kind: "answer", accepted: false, answer: { status: 429, body: "" } }, { kind: "throttled" }, 0],
  ])("%s", async (_, fault, outcome, taken) => {
    simulator.setFault("send", fault);
    const outcomes = await provider.send(MESSAGES.slice(0, 1), never);
    expect(outcomes.get("m0")).toMatchObject(outcome);
    expect(simulator.log.accepted).toHaveLength(taken);
  });

  test("without credit, nothing is taken and the account is at fault", async () => {
    await provider.send(MESSAGES, never);
    const outcomes = await provider.send(MESSAGES.slice(0, 1), never);
    expect(outcomes.get("m0")).toMatchObject({ kind: "rejected", scope: "account", code: "balance" });
    expect(simulator.log.accepted).toHaveLength(60);
  });
});
