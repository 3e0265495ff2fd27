import { freePort } from "@hermod/testing/free-port";
import { waitUntil } from "@hermod/testing/wait";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Installation, startInstallation } from "./installation.ts";
import { KINDS, type Kind, messagesTo, type SimulatedAccount, startSimulated } from "./simulators.ts";

const TEST = { timeout: 40_000 };

/** How an account takes pushes, and when its provider answers a send request and is done with the message. */
const WAYS = {
  instead: { trustPush: true, finalMs: 300, answerMs: 0 },
  before: { trustPush: true, finalMs: 100, answerMs: 700 },
  asks: { trustPush: false, finalMs: 300, answerMs: 0, anonymous: true },
} as const;
type Way = keyof typeof WAYS;

let stack: AsyncDisposableStack;
let installation: Installation;
const simulated = new Map<string, SimulatedAccount>();

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  const port = await freePort();
  const accounts: Record<string, Readonly<Record<string, unknown>>> = {};
  for (const [way, { trustPush, ...times }] of Object.entries(WAYS)) {
    for (const kind of KINDS) {
      const name = `${kind}-${way}`;
      const started = stack.use(await startSimulated(kind, name, { port, ...times }));
      simulated.set(name, started);
      accounts[name] = { ...started.account, trustPush };
    }
  }
  installation = stack.use(await startInstallation({ port, accounts, others: ["worker", "poller"] }));
}, 40_000);
afterAll(() => stack.disposeAsync());

/** Hands messages over, and tells how they ended and how often their provider was asked. */
async function ended(kind: Kind, way: Way) {
  const name = `${kind}-${way}`;
  const results = await installation.hermod.sendMany(messagesTo(kind, name, 5));
  const views = await Promise.all(
    results.map((result) =>
      installation.hermod.waitForFinal("id" in result ? result.id : "", { timeoutMs: 20_000 }),
    ),
  );
  const log = simulated.get(name)?.log;
  const asked = log?.requests.filter(({ operation }) => operation === "status").length ?? 0;
  return { states: views.map(({ state }) => state), accepted: log?.accepted.length, asked };
}

const DELIVERED = Array.from({ length: 5 }, () => "delivered");

describe.each(KINDS)("a push of %s", (kind) => {
  test("ends a message, and nobody is asked", TEST, async () => {
    expect(await ended(kind, "instead")).toEqual({ states: DELIVERED, accepted: 5, asked: 0 });
  });

  test("that comes before the answer to the send request ends the message all the same", TEST, async () => {
    expect(await ended(kind, "before")).toEqual({ states: DELIVERED, accepted: 5, asked: 0 });
  });

  test("without trust is a reason to ask, long before it would be time to", TEST, async () => {
    const { states, asked } = await ended(kind, "asks");
    expect(states).toEqual(DELIVERED);
    expect(asked).toBeGreaterThan(0);
  });
});

test("what was pushed is counted by what became of it", async () => {
  const counted = async (name: string, result: string): Promise<number> => {
    const text = await (await fetch(`${installation.url}/metrics`)).text();
    const series = `hermod_pushes_total{account="${name}",provider="${name.split("-")[0]}",result="${result}"} `;
    return Number(
      text
        .split("\n")
        .find((line) => line.startsWith(series))
        ?.slice(series.length),
    );
  };
  for (const kind of KINDS) {
    await waitUntil("all to be counted", async () => (await counted(`${kind}-instead`, "applied")) >= 5);
  }
  // What comes before the answer that tells the message's id waits for it.
  expect(await counted("etelecom-before", "parked")).toBeGreaterThan(0);
});

test("what messages cost that pushes ended is in the totals of their day", async () => {
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
  const now = Date.now();
  const totals = await installation.hermod.costs({ from: day(now - 3_600_000), to: day(now) });
  const bitel = totals.filter(({ account }) => account === "bitel-instead");
  expect(bitel).toMatchObject([{ messages: 5, parts: 5, cost: "500", currency: "IRT", withoutCost: 0 }]);
});

test("nothing that was pushed leaves a number, a text or a token in what is said", () => {
  expect(installation.said()).not.toMatch(/836106872|9161234567|9121234567|Your code|0123456789abcdef/);
});
