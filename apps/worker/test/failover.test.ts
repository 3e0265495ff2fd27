import { startWebcom } from "@hermod/simulator/webcom";
import { delivered, neverReported } from "@hermod/simulator/webcom/plan";
import { expect, test } from "vitest";
import { startWithAccounts } from "./installation.ts";

const TEST = { timeout: 120_000 };
const ACCOUNT = {
  provider: "webcom",
  login: "hermod",
  password: "secret",
  sender: "Hermod",
  timeoutMs: 5000,
};
const SETTINGS = {
  check: { minMs: 100, maxMs: 1000, horizonMs: 60_000 },
  lease: { leaseMs: 10_000, lockMs: 12_000, stalledMs: 2000 },
};

test(
  "a message without a final report goes on to the next account, once, and only where its producer wants that",
  TEST,
  async () => {
    await using silent = await startWebcom({ seed: 1, plan: neverReported });
    await using talks = await startWebcom({ seed: 2, plan: () => delivered(100) });
    const accounts = {
      silent: { ...ACCOUNT, baseUrl: silent.url },
      talks: { ...ACCOUNT, baseUrl: talks.url },
    };
    await using installation = await startWithAccounts(accounts, { settings: SETTINGS });
    const { hermod } = installation;
    const message = {
      route: ["silent", "talks"],
      to: "+79161234567",
      content: { text: "Your order is ready" },
    };
    const { id: stays } = await hermod.send(message);
    const { id: goesOn } = await hermod.send({ ...message, failoverAfterMs: 1000 });
    const view = await hermod.waitForFinal(goesOn, { timeoutMs: 60_000 });
    expect(view).toMatchObject({ state: "delivered", attempts: 2, anomalies: [] });
    const explained = await hermod.explain(goesOn);
    expect(explained?.attempts).toMatchObject([
      { n: 1, account: "silent", verdict: "accepted" },
      { n: 2, account: "talks", verdict: "accepted" },
    ]);
    expect(explained?.steps.map(({ what }) => what)).toContain(
      "talks takes over from silent, for want of a final report",
    );
    expect((await hermod.get(stays))?.final).toBe(false);
    expect([silent.log.accepted.length, talks.log.accepted.length]).toEqual([2, 1]);
  },
);
