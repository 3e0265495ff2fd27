import { expect, test } from "vitest";
import { EMPTY_TALLY, isOutage, tallied } from "./outage.ts";
import type { Outcome } from "./outcome.ts";

const TERMS = { windowMs: 1000, minimum: 10, failureRate: 0.5 };
const GOOD: Outcome = { kind: "rejected", scope: "recipient", code: "number_format", providerCode: "-1" };
const LOST: Outcome = { kind: "maybeSent", phase: "answer", evidence: "http_500" };
const REFUSED: Outcome = { kind: "notSent", phase: "connect" };
const GIVEN_BACK: Outcome = { kind: "notSent", phase: "guard" };

function after(outcomes: readonly Outcome[], everyMs = 1) {
  return outcomes.reduce(
    (tally, outcome, index) => tallied(tally, outcome, index * everyMs, TERMS),
    EMPTY_TALLY,
  );
}

const many = (count: number, outcome: Outcome): Outcome[] => Array.from({ length: count }, () => outcome);

test("an account counts as down when half of its requests fail, and not one failure earlier", () => {
  expect(isOutage(after([...many(10, GOOD), ...many(9, LOST)]), TERMS)).toBe(false);
  expect(isOutage(after([...many(10, GOOD), ...many(10, LOST)]), TERMS)).toBe(true);
});

test("few failures prove nothing, even when there is nothing else", () => {
  expect(isOutage(after(many(9, REFUSED)), TERMS)).toBe(false);
  expect(isOutage(after(many(10, REFUSED)), TERMS)).toBe(true);
});

test("an attempt that was given back says nothing of the account", () => {
  expect(isOutage(after(many(50, GIVEN_BACK)), TERMS)).toBe(false);
});

test("failures that are long over are forgotten, and those of a moment ago are not", () => {
  const failed = after(many(9, LOST));
  expect(isOutage(tallied(failed, LOST, 1500, TERMS), TERMS)).toBe(true);
  expect(isOutage(tallied(failed, LOST, 2500, TERMS), TERMS)).toBe(false);
});
