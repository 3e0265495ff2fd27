import { describe, expect, test } from "vitest";
import { begun, queuedRecord, T0, TERMS } from "../test/samples.ts";
import { apply } from "./apply.ts";
import type { Outcome } from "./outcome.ts";
import type { MessageRecord } from "./record.ts";
import { isMeant, isReplayed, obstaclesTo, ReplayFilter, replayOf } from "./replay.ts";
import type { Report } from "./report.ts";

const settled = (record: MessageRecord, outcome: Outcome) =>
  apply(record, { type: "outcome", at: T0, attempt: record.attempt, outcome, terms: TERMS, chance: 0 });
const reported = (record: MessageRecord, kind: Report["kind"]) =>
  apply(record, { type: "report", at: T0, report: { kind, word: kind }, terms: TERMS });

const sending = begun(queuedRecord());
const accepted = settled(sending, { kind: "accepted", providerId: "P" });
const doubted = settled(sending, { kind: "maybeSent", phase: "headers", evidence: "reset" });
const rejected = settled(sending, {
  kind: "rejected",
  scope: "message",
  code: "bad",
  providerCode: "-2",
});

const filter = (more: Partial<ReplayFilter> = {}) =>
  ReplayFilter.parse({ states: ["failed", "unknown", "rejected", "undelivered"], since: T0, ...more });

describe("a message may have been sent", () => {
  test.each([
    ["that was refused", rejected, false],
    ["that the provider says was not delivered", reported(accepted, "undelivered"), false],
    ["that was canceled before", apply(queuedRecord(), { type: "cancel", at: T0 }), false],
    ["that nobody knows about", { ...accepted, state: "unknown" as const }, true],
    ["whose request had no answer", { ...doubted, state: "failed" as const }, true],
    [
      "that two accounts had, one without an answer",
      reported({ ...accepted, attempts: [...accepted.attempts, ...doubted.attempts] }, "undelivered"),
      true,
    ],
    ["of which two things are told", reported(reported(accepted, "undelivered"), "delivered"), true],
    ["that was taken after it was given up", { ...accepted, state: "failed" as const }, true],
  ])("%s: %#", (_, record, maybe) => {
    expect(obstaclesTo(record, T0).maybeSent).toBe(maybe);
  });
});

test("what may have been sent is left out unless it is asked for", () => {
  const obstacles = obstaclesTo({ ...accepted, state: "unknown" }, T0);
  expect(isReplayed(obstacles, filter())).toBe(false);
  expect(isReplayed(obstacles, filter({ evenIfMaybeSent: true }))).toBe(true);
});

test("what is past its deadline is left out unless it gets a new one", () => {
  const obstacles = obstaclesTo(rejected, rejected.expiresAt + 1);
  expect(obstacles.pastDeadline).toBe(true);
  expect(isReplayed(obstacles, filter())).toBe(false);
  expect(isReplayed(obstacles, filter({ expiresInMs: 60_000 }))).toBe(true);
});

test("what has no text any more cannot be replayed by any means", () => {
  const erased = apply(rejected, { type: "erase", at: T0 });
  const obstacles = obstaclesTo(erased, T0);
  expect(isReplayed(obstacles, filter({ evenIfMaybeSent: true, expiresInMs: 60_000 }))).toBe(false);
  expect(replayOf(erased, T0)).toBeUndefined();
});

test("a filter names messages by state, account, producer and the time of their end", () => {
  expect(isMeant(rejected, filter())).toBe(true);
  expect(isMeant(rejected, filter({ states: ["failed"] }))).toBe(false);
  expect(isMeant(rejected, filter({ account: "another" }))).toBe(false);
  expect(isMeant(rejected, filter({ producer: "another" }))).toBe(false);
  expect(isMeant(rejected, filter({ since: T0 + 1 }))).toBe(false);
  expect(isMeant(rejected, filter({ until: T0 }))).toBe(false);
});

test("a replay is the same message in the time that the old one had left, and says which one it was", () => {
  const { to, content, route } = rejected;
  expect(replayOf(rejected, T0 + 1000)).toMatchObject({
    to,
    content,
    route,
    metadata: { replayOf: rejected.id },
    expiresInMs: rejected.expiresAt - T0 - 1000,
  });
  expect(replayOf(rejected, T0, 5000)?.expiresInMs).toBe(5000);
});

test("no delivered message can be asked for", () => {
  expect(ReplayFilter.safeParse({ states: ["delivered"], since: 0 }).success).toBe(false);
});
