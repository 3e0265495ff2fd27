import { Account } from "@hermod/providers/registry";
import { SIMULATED_PROVIDERS, simulations } from "@hermod/simulator/registry";
import { expect, test } from "vitest";
import { simulatedAccount } from "./simulated-account.ts";

const URLS = { v1: "http://127.0.0.1:1/api/v1", v2: "http://127.0.0.1:1/api/v2" };

test.each(SIMULATED_PROVIDERS)(
  "the account at a simulator of %s is one that a configuration takes",
  (provider) => {
    const place = { baseUrl: URLS.v1, contract: simulations[provider].defaults, caFile: "/ca.pem" };
    const account = Account.parse(simulatedAccount(provider, place));
    expect(account).toMatchObject({ provider, baseUrl: URLS.v1, caFile: "/ca.pem" });
  },
);

test.each([
  ["etelecom", { routeRule: "string" }, { routeRuleForm: "string" }],
  ["webcom", { timeZone: "Asia/Novosibirsk" }, { timeZone: "Asia/Novosibirsk" }],
  [
    "webcom",
    { envelope: { request: "array", message: "object", phones: "object" } },
    { envelope: { request: "array", message: "object", phones: "object" } },
  ],
  ["ultroam", { username: "box" }, { username: "box" }],
  ["bitel", { apiVersion: "v2" }, { apiVersion: "v2" }],
] as const)("what is set of the contract of %s stands in the account", (provider, set, fields) => {
  const contract = { ...simulations[provider].defaults, ...set };
  const baseUrl = provider === "bitel" ? URLS.v2 : URLS.v1;
  expect(Account.parse(simulatedAccount(provider, { baseUrl, contract }))).toMatchObject(fields);
});
