import { MessageInput } from "@hermod/core/message";
import { SIMULATED_PROVIDERS } from "@hermod/simulator/registry";
import { expect, test } from "vitest";
import { kindIn } from "./code.ts";
import { demoProviders } from "./demo-providers.ts";
import { loadMessage, mixOf, shareOf } from "./mix.ts";

const accounts = SIMULATED_PROVIDERS.map((provider) => ({ name: `${provider}-demo`, provider }));
const OPTIONS = { seed: 1, accounts, run: "run", expiresInMs: 20_000 };
const kindsOf = (mix: ReturnType<typeof mixOf>) => mix.map(({ code }) => kindIn(code));

test("the same seed gives the same messages", () => {
  expect(mixOf(100, OPTIONS)).toEqual(mixOf(100, OPTIONS));
});

test("another seed gives another order", () => {
  expect(kindsOf(mixOf(100, { ...OPTIONS, seed: 2 }))).not.toEqual(kindsOf(mixOf(100, OPTIONS)));
});

test.each([1, 7, 300])("%i messages go evenly over the accounts", (messages) => {
  const mix = mixOf(messages, OPTIONS);
  expect(mix).toHaveLength(messages);
  const counts = accounts.map(({ name }) => mix.filter(({ account }) => account.name === name).length);
  expect(counts).toEqual(accounts.map((_, place) => shareOf(messages, place, accounts.length)));
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThan(2);
});

test.each(SIMULATED_PROVIDERS)("a mix of some messages has every kind of %s", (provider) => {
  const account = { name: "a", provider };
  const there = new Set(kindsOf(mixOf(30, { ...OPTIONS, accounts: [account] })));
  const all = Object.keys(demoProviders[provider].kinds);
  expect([...there].sort()).toEqual(all.sort());
});

test("a large mix does not rest an account for most of its time", () => {
  const kinds = kindsOf(mixOf(10_000, OPTIONS));
  expect(kinds.filter((kind) => kind === "throttled")).toHaveLength(9);
  expect(kinds.filter((kind) => kind === "noPort")).toHaveLength(1);
});

test("what only the horizon ends is on its way first", () => {
  const kinds = kindsOf(mixOf(75, { ...OPTIONS, accounts: [{ name: "a", provider: "bitel" }] }));
  const never = kinds.map((kind) => demoProviders.bitel.kinds[kind]?.neverFinal === true);
  expect(never.lastIndexOf(true)).toBe(never.filter(Boolean).length - 1);
});

test("no two messages of mix and load share a code or an idempotency key", () => {
  const load = Array.from({ length: 5000 }, (_, n) => loadMessage(300 + n, OPTIONS));
  const messages = [...mixOf(300, OPTIONS), ...load];
  expect(new Set(messages.map(({ code }) => code.split("-")[1])).size).toBe(messages.length);
  expect(new Set(messages.map(({ input }) => input.idempotencyKey)).size).toBe(messages.length);
});

test("a load goes over every account", () => {
  const names = Array.from({ length: 8 }, (_, n) => loadMessage(n, OPTIONS).account.name);
  expect(names).toEqual([...accounts, ...accounts].map(({ name }) => name));
});

test("every message is one that the client takes, in the kind of content that its account needs", () => {
  for (const { input, account } of mixOf(300, OPTIONS)) {
    expect(MessageInput.safeParse(input).error).toBeUndefined();
    expect(Object.keys(input.content).includes("template")).toBe(account.provider === "etelecom");
  }
});
