import fc from "fast-check";
import { expect, test } from "vitest";
import { begun, queuedRecord, T0, TERMS } from "../test/samples.ts";
import { apply } from "./apply.ts";
import type { MessageRecord } from "./record.ts";
import { eraseAt, nextTimerAt, onTimer, REDRIVE_MIN_MS, sendJobId } from "./timer.ts";

const queued = queuedRecord();

function driven(record: MessageRecord, at: number): MessageRecord {
  return apply(record, { type: "drive", at, jobId: sendJobId(record.id, at) });
}

test("a message without a work order is looked after at once, one that is scheduled at its time", () => {
  expect(nextTimerAt(queued)).toBe(T0);
  expect(onTimer(queued, T0, TERMS)).toEqual({ kind: "drive" });
  const later = queuedRecord({ sendAt: T0 + 60_000 });
  expect(nextTimerAt(later)).toBe(T0 + 60_000);
  expect(onTimer(later, T0 + 59_999, TERMS)).toEqual({ kind: "nothing" });
  expect(onTimer(later, T0 + 60_000, TERMS)).toEqual({ kind: "drive" });
});

test("a message whose work order was lost is driven again, at first after half a minute", () => {
  const record = driven(queued, T0);
  expect(nextTimerAt(record)).toBe(T0 + REDRIVE_MIN_MS);
  expect(onTimer(record, T0 + REDRIVE_MIN_MS - 1, TERMS)).toEqual({ kind: "nothing" });
  expect(onTimer(record, T0 + REDRIVE_MIN_MS, TERMS)).toEqual({ kind: "drive" });
});

test("the longer a message waits, the rarer it is looked after, but once an hour", () => {
  let record = driven(queuedRecord({ expiresInMs: 172_800_000 }), T0);
  const gaps: number[] = [];
  for (let at = nextTimerAt(record) ?? 0; at < record.expiresAt; at = nextTimerAt(record) ?? 0) {
    gaps.push(at - record.drivenAt);
    record = driven(record, at);
  }
  expect(gaps.slice(0, 4)).toEqual([30_000, 30_000, 60_000, 120_000]);
  expect(Math.max(...gaps)).toBe(3_600_000);
  expect(gaps.length).toBeLessThan(60);
});

test("a message that waits for its retry needs a work order when the wait is over", () => {
  const outcome = { kind: "notSent", phase: "connect" } as const;
  const began = begun(driven(queued, T0), T0 + 10);
  const waiting = apply(began, {
    type: "outcome",
    at: T0 + 20,
    attempt: 1,
    outcome,
    terms: TERMS,
    chance: 0.5,
  });
  expect(nextTimerAt(waiting)).toBe(T0 + 20 + 1000);
  expect(onTimer(waiting, T0 + 1020, TERMS)).toEqual({ kind: "drive" });
});

test("no timer is later than the deadline of the state", () => {
  const arbitrary = fc.record({
    releaseAt: fc.nat({ max: 1_000_000 }),
    drivenAt: fc.nat({ max: 1_000_000 }),
    deadlineAt: fc.nat({ max: 1_000_000 }),
    state: fc.constantFrom("queued", "held", "sending", "unconfirmed", "submitted", "sent" as const),
  });
  fc.assert(
    fc.property(arbitrary, (fields) => {
      const at = nextTimerAt({ ...queued, acceptedAt: 0, ...fields });
      expect(at).toBeLessThanOrEqual(fields.deadlineAt);
    }),
  );
});

test("a due timer always asks for something, so that no message is looked at for ever", () => {
  const outcome = { kind: "rejected", scope: "account", code: "balance", providerCode: "-3" } as const;
  const sending = begun(queued);
  const records = [
    queued,
    driven(queued, T0),
    sending,
    apply(sending, { type: "outcome", at: T0, attempt: 1, outcome, terms: TERMS, chance: 0.5 }),
    apply(sending, { type: "timer", at: sending.deadlineAt, terms: TERMS }),
    apply(sending, { type: "report", at: T0, report: { kind: "sent", word: "sent" }, terms: TERMS }),
  ];
  expect(records.map(({ state }) => state)).toEqual([
    "queued",
    "queued",
    "sending",
    "held",
    "unconfirmed",
    "sent",
  ]);
  for (const record of records) {
    const at = nextTimerAt(record) ?? 0;
    expect([record.state, onTimer(record, at, TERMS).kind]).not.toContain("nothing");
    expect([record.state, onTimer(record, at - 1, TERMS).kind]).toContain("nothing");
  }
});

test("the work orders of a message have names of their own, which BullMQ takes", () => {
  const names = [sendJobId(queued.id, T0), sendJobId(queued.id, T0 + 1), sendJobId("1".repeat(26), T0)];
  expect(new Set(names).size).toBe(3);
  expect(sendJobId(queued.id, T0)).toBe(names[0]);
  for (const name of names) expect(name).toMatch(/^s-[0-9a-z]{12}-[0-9a-z]+$/);
});

test("the text of a final message is erased at its time, by the timer", () => {
  const canceled = apply(queued, { type: "cancel", at: T0 });
  expect(nextTimerAt(canceled)).toBeUndefined();
  expect(eraseAt(canceled, 0)).toBe(T0);
  expect(eraseAt(canceled, 5000)).toBe(T0 + 5000);
  expect(eraseAt(queued, 0)).toBeUndefined();
  const decision = onTimer(canceled, T0 + 5000, TERMS);
  if (decision.kind !== "change") throw new Error("the timer asks for nothing");
  expect(decision.record).toEqual({ ...canceled, content: undefined });
  expect(eraseAt(decision.record, 5000)).toBeUndefined();
  expect(onTimer(decision.record, T0 + 5000, TERMS)).toEqual({ kind: "nothing" });
});
