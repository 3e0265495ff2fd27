import { expect, test } from "vitest";
import { begun, queuedRecord, T0, TERMS } from "../test/samples.ts";
import { apply } from "./apply.ts";
import type { MessageRecord } from "./record.ts";
import { STATES } from "./state.ts";
import { viewOf } from "./view.ts";

const sending = begun(queuedRecord({ metadata: { order: "42" } }));

test("a producer sees neither number, text, hash nor our own bookkeeping", () => {
  const text = JSON.stringify(viewOf(sending));
  for (const hidden of [
    "84836106872",
    "123456",
    "hash",
    "worker",
    "bodyHash",
    "owner",
    "revision",
    "jobId",
  ]) {
    expect(text).not.toContain(hidden);
  }
});

test("while it waits, a message shows until when", () => {
  const record = queuedRecord({ sendAt: T0 + 60_000 });
  expect(viewOf(record)).toMatchObject({
    ...{ state: "queued", reason: "schedule", final: false, attempts: 0, certainty: "proven" },
    timestamps: { acceptedAt: T0, releaseAt: T0 + 60_000 },
  });
  expect(viewOf(sending).timestamps).not.toHaveProperty("releaseAt");
});

test("what the provider told is shown, and its facts as it wrote them", () => {
  const outcome = { kind: "accepted", providerId: "P-1", parts: 2 } as const;
  const accepted = apply(sending, {
    type: "outcome",
    at: T0 + 1,
    attempt: 1,
    outcome,
    terms: TERMS,
    chance: 0,
  });
  const report = {
    ...({ kind: "undelivered", word: "UNDELIV", code: "absent", cost: "0.0700" } as const),
    details: { channel: "zns" },
  };
  const record = apply(accepted, { type: "report", at: T0 + 2, report, terms: TERMS });
  expect(viewOf(record)).toEqual({
    ...{ id: record.id, state: "undelivered", final: true, reason: "by_network", code: "absent" },
    ...{
      certainty: "proven",
      producer: "default",
      priority: "normal",
      account: "etelecom-main",
      attempts: 1,
    },
    ...{ providerId: "P-1", parts: 2, cost: "0.0700", details: { channel: "zns" } },
    ...{ metadata: { order: "42" }, anomalies: [] },
    timestamps: {
      ...{ acceptedAt: T0, expiresAt: T0 + 300_000, updatedAt: T0 + 2 },
      ...{ submittedAt: T0 + 1, finalAt: T0 + 2 },
    },
  });
});

test("what nobody knows is called unproven, and nothing else is", () => {
  const unproven = STATES.filter((state) => viewOf({ ...sending, state }).certainty === "unproven");
  expect(unproven.toSorted()).toEqual(["unconfirmed", "unknown"]);
});

test("the account shown is the one that took the message, whichever is in use now", () => {
  const record: MessageRecord = {
    ...sending,
    account: "second",
    attempts: [
      { n: 1, account: "first", verdict: "accepted", providerId: "P" },
      { n: 2, account: "second", verdict: "maybeSent" },
    ],
  };
  expect(viewOf(record)).toMatchObject({ account: "first", providerId: "P" });
});
