import { MessageInput } from "@hermod/core/message";
import { expect, test } from "vitest";
import { kindOf, loadMessage, mixOf, otpOf, planOf } from "./mix.ts";

const OPTIONS = { seed: 1, account: "etelecom-demo", run: "run", expiresInMs: 20_000 };
const SPECIAL = ["failed", "neverReported", "slow", "throttled", "unknownTemplate", "wrongNumber"] as const;

test("the same seed gives the same messages", () => {
  expect(mixOf(100, OPTIONS)).toEqual(mixOf(100, OPTIONS));
});

test("another seed gives another order", () => {
  const kinds = (seed: number) => mixOf(100, { ...OPTIONS, seed }).map(({ kind }) => kind);
  expect(kinds(2)).not.toEqual(kinds(1));
});

test.each([10, 60, 300])("a mix of %i messages has every kind", (messages) => {
  const mix = mixOf(messages, OPTIONS);
  expect(mix).toHaveLength(messages);
  expect([...new Set(mix.map(({ kind }) => kind))].sort()).toEqual(["delivered", ...SPECIAL]);
});

test("a large mix does not rest the account for most of its time", () => {
  expect(mixOf(10_000, OPTIONS).filter(({ kind }) => kind === "throttled")).toHaveLength(5);
});

test("a mix too small for every kind has as many messages as were asked for", () => {
  expect(mixOf(1, OPTIONS)).toHaveLength(1);
});

test("no two messages of mix and load share a one-time password", () => {
  const load = Array.from({ length: 5000 }, (_, n) => loadMessage(300 + n, OPTIONS));
  const otps = [...mixOf(300, OPTIONS), ...load].map(({ otp }) => otp);
  expect(new Set(otps).size).toBe(otps.length);
});

test("the simulator finds the kind of a message in its one-time password", () => {
  for (const { otp, kind } of mixOf(300, OPTIONS)) expect(kindOf(otp)).toBe(kind);
});

test("every message is one that the client takes", () => {
  for (const { input } of mixOf(300, OPTIONS)) expect(MessageInput.safeParse(input).error).toBeUndefined();
});

test("a message that is never reported has no step", () => {
  expect(planOf("neverReported", Math.random).steps).toEqual([]);
});

test.each([undefined, "text", {}, { list_param: null }, { list_param: { otp: 7 } }])(
  "a body without a one-time password has none: %j",
  (body) => {
    expect(otpOf(body)).toBeUndefined();
  },
);
