import type { MessageView } from "@hermod/client";
import { expect, test } from "vitest";
import { type AccountSides, figuresOf } from "./account-figures.ts";
import type { Verdict } from "./truth.ts";

const VIEW: MessageView = {
  id: "m1",
  state: "delivered",
  final: true,
  reason: "by_network",
  certainty: "proven",
  producer: "demo",
  priority: "urgent",
  account: "a",
  attempts: 1,
  providerId: "P1",
  anomalies: [],
  timestamps: { acceptedAt: 1000, expiresAt: 9000, updatedAt: 3500, submittedAt: 1500, finalAt: 3500 },
};
const VERDICT: Verdict = {
  id: "m1",
  demanded: "delivered",
  told: "delivered",
  timesAccepted: 1,
  agrees: true,
};
const REQUEST = {
  operation: "send",
  order: 1,
  at: 0,
  body: { text: "slow-123456" },
  acceptedIds: [],
  answered: 429,
  fault: "answer",
} as const;
const ACCEPTED = {
  id: "P1",
  at: 1400,
  finalStatus: "SUCCESS",
  plan: { steps: [{ afterMs: 1600, status: "SUCCESS" }] },
};
const { fault: _, ...TAKEN } = { ...REQUEST, order: 2, at: 500, answered: 200, acceptedIds: ["P1"] };
const STATUS = { operation: "status", order: 1, at: 600, acceptedIds: [], answered: 200 } as const;
const SIDES: AccountSides = {
  verdicts: [VERDICT],
  views: [VIEW],
  log: { accepted: [ACCEPTED], requests: [REQUEST, TAKEN, STATUS], pushes: 1 },
  idOf: ({ id }) => id,
  sendPerSecond: 50,
};

const once = (value: number) => ({ count: 1, p50: value, p95: value, p99: value });

test("an account is told by states, times and requests", () => {
  expect(figuresOf([SIDES])).toEqual({
    messages: 1,
    differing: 0,
    acceptedTwice: 0,
    states: [{ state: "delivered", told: 1, demanded: 1 }],
    ms: {
      send: once(500),
      urgent: once(500),
      normal: undefined,
      bulk: undefined,
      final: once(2000),
      lag: once(500),
    },
    requests: {
      send: 2,
      turnedAway: 1,
      retries: 1,
      mostInASecond: 2,
      allowedInASecond: 50,
      status: 1,
      pushes: 1,
    },
  });
});

test("accounts together are counted as one, though their providers use the same ids", () => {
  const log = { ...SIDES.log, accepted: [{ ...ACCEPTED, at: 900 }] };
  const both = figuresOf([SIDES, { ...SIDES, log, sendPerSecond: 10 }]);
  expect(both).toMatchObject({
    messages: 2,
    states: [{ state: "delivered", told: 2, demanded: 2 }],
    ms: { send: { count: 2 }, lag: { count: 2, p50: 500, p99: 1000 } },
    requests: { send: 4, allowedInASecond: 60, status: 2, pushes: 2 },
  });
});

test("what differs, and what was accepted twice, is counted", () => {
  const verdicts = [VERDICT, { ...VERDICT, told: "unknown", agrees: false, timesAccepted: 2 }];
  expect(figuresOf([{ ...SIDES, verdicts }])).toMatchObject({
    differing: 1,
    acceptedTwice: 1,
    states: [
      { state: "delivered", told: 1, demanded: 2 },
      { state: "unknown", told: 1, demanded: 0 },
    ],
  });
});

test("a message that only the horizon ended has no time to final", () => {
  const views: MessageView[] = [{ ...VIEW, state: "unknown", reason: "never_reported" }];
  expect(figuresOf([{ ...SIDES, views }]).ms).toMatchObject({ final: undefined, lag: undefined });
});

test("an answer that was lost after acceptance turned nothing away", () => {
  const requests = [{ ...TAKEN, fault: "reset" as const }];
  const { turnedAway } = figuresOf([{ ...SIDES, log: { ...SIDES.log, requests } }]).requests;
  expect(turnedAway).toBe(0);
});

test("a run without a single message has no times", () => {
  const nothing = { ...SIDES, verdicts: [], views: [], log: { accepted: [], requests: [], pushes: 0 } };
  expect(figuresOf([nothing]).ms.send).toBeUndefined();
});
