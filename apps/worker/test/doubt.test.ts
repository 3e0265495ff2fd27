import { refused } from "@hermod/simulator/etelecom/faults";
import * as etelecom from "@hermod/simulator/etelecom/plan";
import { type ChooseFault, type Fault, serverError } from "@hermod/simulator/faults";
import { startUltroam } from "@hermod/simulator/ultroam";
import * as ultroam from "@hermod/simulator/ultroam/plan";
import { startWebcom } from "@hermod/simulator/webcom";
import * as webcom from "@hermod/simulator/webcom/plan";
import { describe, expect, test } from "vitest";
import { message, startInstallation, startWithAccounts, timesAccepted } from "./installation.ts";

const AFTER_MS = 200;
const PATIENT = { check: { minMs: 100, maxMs: 500, horizonMs: 20_000 }, reconcile: { settleMs: 1000 } };
const WAIT = { timeoutMs: 25_000 };
const TEST = { timeout: 45_000 };

const RESET: Fault = { kind: "reset", accepted: true };

/** The ways to lose an answer: three after the message was accepted, two before. */
const LOST: readonly Fault[] = [
  RESET,
  { kind: "reset", accepted: false },
  { kind: "silence", accepted: true },
  { kind: "silence", accepted: false },
  serverError(true),
];

const text = { to: "+79161234567", content: { text: "Your code is 1" } };

/** The first requests go wrong, each in another way, and all later ones right. */
const eachOnce: ChooseFault = ({ operation, order }) => (operation === "send" ? LOST[order - 1] : undefined);

/** What becomes of as many messages as there are ways to lose an answer. */
async function throughDoubt(account: Readonly<Record<string, unknown>>) {
  await using installation = await startWithAccounts({ main: account }, { settings: PATIENT });
  const { hermod } = installation;
  const results = await hermod.sendMany(LOST.map(() => ({ account: "main", ...text })));
  return await Promise.all(
    results.map((result) => hermod.waitForFinal("id" in result ? result.id : "", WAIT)),
  );
}

test(
  "where repeats are sorted out, each message without an answer is repeated, accepted once and delivered",
  TEST,
  async () => {
    await using simulator = await startWebcom({
      seed: 1,
      plan: () => webcom.delivered(AFTER_MS),
      fault: eachOnce,
    });
    const account = {
      provider: "webcom",
      baseUrl: simulator.url,
      login: "hermod",
      password: "secret",
      sender: "H",
    };
    const views = await throughDoubt(account);
    for (const view of views) expect(view).toMatchObject({ state: "delivered", attempts: 2, anomalies: [] });
    expect(simulator.log.accepted).toHaveLength(LOST.length);
  },
);

test(
  "where it can be asked, each message without an answer is asked about, and written again only if it is absent",
  TEST,
  async () => {
    await using simulator = await startUltroam({
      seed: 1,
      plan: () => ultroam.delivered(AFTER_MS),
      fault: eachOnce,
    });
    const account = { provider: "ultroam", baseUrl: simulator.url, username: "admin", password: "admin" };
    const views = await throughDoubt(account);
    for (const view of views) expect(view).toMatchObject({ state: "delivered", anomalies: [] });
    expect(views.map(({ attempts }) => attempts).toSorted()).toEqual([1, 1, 1, 2, 2]);
    expect(simulator.log.accepted).toHaveLength(LOST.length);
  },
);

describe("at a provider where nobody can tell", () => {
  test("a message whose producer fears loss more than a copy is written once more", TEST, async () => {
    const plan = () => etelecom.delivered(AFTER_MS);
    await using installation = await startInstallation({ simulator: { plan }, settings: PATIENT });
    const { hermod, simulator } = installation;
    simulator.setFault("send", { kind: "reset", accepted: false }, 1);
    const { id } = await hermod.send(message("1", { onUnknown: "resend" }));
    expect(await hermod.waitForFinal(id, WAIT)).toMatchObject({ state: "delivered", attempts: 2 });
    expect(timesAccepted(simulator, "1")).toBe(1);
  });

  test("and never a third time", TEST, async () => {
    await using installation = await startInstallation({ settings: PATIENT });
    const { hermod, simulator } = installation;
    simulator.setFault("send", { kind: "reset", accepted: true });
    const { id } = await hermod.send(message("1", { onUnknown: "resend", expiresInMs: 6000 }));
    expect(await hermod.waitForFinal(id, WAIT)).toMatchObject({ state: "unknown", attempts: 2 });
    expect(timesAccepted(simulator, "1")).toBe(2);
  });
});

describe("along a route of two accounts", () => {
  const route = ["etelecom-main", "webcom"];
  const content = { template: "OTP", params: { otp: "1" }, text: "Your code is 1" };

  async function startRoute() {
    await using stack = new AsyncDisposableStack();
    const second = stack.use(await startWebcom({ seed: 1, plan: () => webcom.delivered(AFTER_MS) }));
    const account = {
      provider: "webcom",
      baseUrl: second.url,
      login: "hermod",
      password: "secret",
      sender: "H",
    };
    const installation = stack.use(
      await startInstallation({
        more: { webcom: account },
        settings: { ...PATIENT, failover: { afterMs: 1000 } },
      }),
    );
    const owned = stack.move();
    return { ...installation, second, [Symbol.asyncDispose]: () => owned.disposeAsync() };
  }

  for (const [name, fault, more, writes] of [
    ["a refused template", refused("-6"), {}, 1],
    ["an account at fault", refused("-3"), {}, 1],
    ["a refused number", refused("-1"), {}, 0],
    ["a lost answer, where a copy is feared more than loss", RESET, {}, 0],
    ["a lost answer, where loss is feared more than a copy", RESET, { onUnknown: "resend" }, 1],
  ] as const) {
    test(`${name} at the first leads to ${writes} requests at the second`, TEST, async () => {
      await using installation = await startRoute();
      const { hermod, simulator, second } = installation;
      simulator.setFault("send", fault);
      const { id } = await hermod.send({ ...text, route, content, expiresInMs: 6000, ...more });
      const view = await hermod.waitForFinal(id, WAIT);
      expect(second.log.accepted).toHaveLength(writes);
      if (writes > 0) expect(view).toMatchObject({ state: "delivered", account: "webcom" });
      else expect(["rejected", "unknown"]).toContain(view.state);
    });
  }
});
