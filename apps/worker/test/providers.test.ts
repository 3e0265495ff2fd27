import { startBitel } from "@hermod/simulator/bitel";
import * as bitel from "@hermod/simulator/bitel/plan";
import { startEtelecom } from "@hermod/simulator/etelecom";
import * as etelecom from "@hermod/simulator/etelecom/plan";
import { startUltroam } from "@hermod/simulator/ultroam";
import * as ultroam from "@hermod/simulator/ultroam/plan";
import { startWebcom } from "@hermod/simulator/webcom";
import * as webcom from "@hermod/simulator/webcom/plan";
import { expect, test } from "vitest";
import { startWithAccounts } from "./installation.ts";

const AFTER_MS = 200;

/** A simulator of each provider, the fields of an account there, and a number it takes. */
const PROVIDERS = {
  etelecom: {
    to: "+84836106872",
    start: () => startEtelecom({ seed: 1, plan: () => etelecom.delivered(AFTER_MS) }),
    account: { username: "hermod", password: "secret" },
  },
  webcom: {
    to: "+79161234567",
    start: () => startWebcom({ seed: 1, plan: () => webcom.delivered(AFTER_MS) }),
    account: { login: "hermod", password: "secret", sender: "Hermod" },
  },
  ultroam: {
    to: "+79161234567",
    start: () => startUltroam({ seed: 1, plan: () => ultroam.delivered(AFTER_MS) }),
    account: { username: "admin", password: "admin" },
  },
  bitel: {
    to: "+989123456789",
    start: () => startBitel({ seed: 1, plan: () => bitel.delivered(AFTER_MS) }),
    account: { token: "secret" },
  },
} as const;

for (const [provider, { to, start, account }] of Object.entries(PROVIDERS)) {
  test(`messages through ${provider} are taken once each and end as delivered`, {
    timeout: 40_000,
  }, async () => {
    await using simulator = await start();
    const baseUrl = "baseUrl" in simulator ? simulator.baseUrl : simulator.url;
    await using installation = await startWithAccounts({ main: { provider, baseUrl, ...account } });
    const { hermod } = installation;
    const messages = Array.from({ length: 40 }, (_, index) => ({
      account: "main",
      to,
      content: { template: "OTP", params: { otp: `${1000 + index}` }, text: `Your code is ${1000 + index}` },
    }));
    const results = await hermod.sendMany(messages);
    const views = await Promise.all(
      results.map((result) => hermod.waitForFinal("id" in result ? result.id : "", { timeoutMs: 25_000 })),
    );
    expect(views.map(({ state, code }) => code ?? state)).toEqual(views.map(() => "delivered"));
    expect(simulator.log.accepted).toHaveLength(40);
    expect(installation.said()).not.toMatch(/Your code is|989123456789|79161234567|84836106872|secret/);
  });
}

test("two accounts that are one customer at Webcom lose no message to one another", {
  timeout: 40_000,
}, async () => {
  const { start, account, to } = PROVIDERS.webcom;
  await using simulator = await start();
  const shared = { provider: "webcom", baseUrl: simulator.url, ...account };
  const accounts = { shop: { ...shared, sender: "Shop" }, bank: { ...shared, sender: "Bank" } };
  await using installation = await startWithAccounts(accounts);
  const { hermod } = installation;
  const messages = Array.from({ length: 40 }, (_, index) => ({
    account: index % 2 === 0 ? "shop" : "bank",
    to,
    content: { text: `Your code is ${1000 + index}` },
  }));
  const results = await hermod.sendMany(messages);
  const ids = results.map((result) => ("id" in result ? result.id : ""));
  await Promise.all(ids.map((id) => hermod.waitForFinal(id, { timeoutMs: 25_000 })));
  const texts = new Set(simulator.log.accepted.map(({ text }) => text));
  expect(texts).toEqual(new Set(messages.map(({ content }) => content.text)));
});
