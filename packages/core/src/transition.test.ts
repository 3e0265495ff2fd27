import { describe, expect, test } from "vitest";
import { begun, queuedRecord, T0, TERMS } from "../test/samples.ts";
import { apply } from "./apply.ts";
import type { Event } from "./event.ts";
import type { Outcome } from "./outcome.ts";
import type { MessageRecord } from "./record.ts";
import type { Report } from "./report.ts";
import { transitionOf } from "./transition.ts";

/** What a change means that the store committed: it has the next revision. */
function changed(before: MessageRecord, event: Event) {
  const after = { ...apply(before, event), revision: before.revision + 1 };
  return { after, told: transitionOf(before, after) };
}

function outcome(what: Outcome, at = T0, attempt = 1): Event {
  return { type: "outcome", at, attempt, outcome: what, terms: TERMS, chance: 0.5 };
}

function report(kind: Report["kind"], at = T0): Event {
  return { type: "report", at, report: { kind, word: kind }, terms: TERMS };
}

const ACCEPTED: Outcome = { kind: "accepted", providerId: "P" };
const submitted = apply(begun(queuedRecord()), outcome(ACCEPTED));

describe("a transition", () => {
  test("names account, producer and lane, and holds nothing private", () => {
    const record = queuedRecord({ producer: "shop", priority: "urgent", metadata: { order: "42" } });
    const { told } = changed(record, { type: "begin", at: T0 + 5, owner: "w", terms: TERMS });
    expect(told).toMatchObject({ account: "etelecom-main", producer: "shop", priority: "urgent" });
    expect(JSON.stringify(told)).not.toMatch(/84836106872|123456|"42"|hash/);
  });

  test("is a message's first one once", () => {
    const first = changed(queuedRecord(), { type: "begin", at: T0, owner: "w", terms: TERMS });
    expect(first.told.isFirst).toBe(true);
    expect(changed(first.after, outcome(ACCEPTED)).told.isFirst).toBe(false);
  });

  test("tells the state that was entered, and none when the state stays", () => {
    const held = changed(
      begun(queuedRecord()),
      outcome({ kind: "rejected", scope: "account", code: "balance", providerCode: "-3" }),
    );
    expect(held.told.entered).toEqual({ state: "held", reason: "account", code: "balance" });
    expect(changed(submitted, { type: "checked", at: T0, answered: true }).told).not.toHaveProperty(
      "entered",
    );
  });

  test("of a begun attempt tells how long the message was free to go, its send time excluded", () => {
    const at = T0 + 70_000;
    const record = queuedRecord({ sendAt: T0 + 60_000 });
    const { told } = changed(record, { type: "begin", at, owner: "w", terms: TERMS });
    expect(told.waitedMs).toBe(10_000);
  });

  test("to a final state tells the time since the provider took it, once, with the checks it took", () => {
    const checked = apply(submitted, { type: "checked", at: T0 + 400, answered: true });
    const { after, told } = changed(checked, report("delivered", T0 + 900));
    expect(told.concluded).toEqual({ afterMs: 900, checks: 1 });
    expect(changed(after, report("read", T0 + 2000)).told).not.toHaveProperty("concluded");
  });

  test("to a final state without a provider tells no such time", () => {
    const { told } = changed(queuedRecord(), { type: "cancel", at: T0 + 900 });
    expect(told.entered?.state).toBe("canceled");
    expect(told).not.toHaveProperty("concluded");
  });

  test("by a report tells how long at most it lay unseen: since the last look, else since submission", () => {
    expect(changed(submitted, report("delivered", T0 + 900)).told.reportLagMs).toBe(900);
    const checked = apply(submitted, { type: "checked", at: T0 + 600, answered: true });
    expect(changed(checked, report("delivered", T0 + 900)).told.reportLagMs).toBe(300);
    const never = changed(submitted, { type: "timer", at: T0 + TERMS.horizonMs, terms: TERMS });
    expect(never.told.entered?.state).toBe("unknown");
    expect(never.told).not.toHaveProperty("reportLagMs");
  });
});

describe("what time alone brought about", () => {
  const timer = (at: number): Event => ({ type: "timer", at, terms: TERMS });
  const denied = outcome({ kind: "rejected", scope: "account", code: "balance", providerCode: "-3" });
  const held = apply(begun(queuedRecord()), denied);

  test.for([
    { find: "lease_ended", record: begun(queuedRecord()), at: T0 + TERMS.leaseMs },
    { find: "deadline", record: held, at: held.expiresAt },
    { find: "deadline", record: submitted, at: T0 + TERMS.horizonMs },
  ] as const)("is found as $find", ({ find, record, at }) => {
    expect(changed(record, timer(at)).told.find).toBe(find);
  });

  test("a release is found, whoever brought it about", () => {
    expect(changed(held, { type: "release", at: T0 + 1000 }).told.find).toBe("released");
  });

  test("is a lost order only where there was one", () => {
    const drive = (jobId: string): Event => ({ type: "drive", at: T0 + 60_000, jobId });
    const scheduled = queuedRecord({ sendAt: T0 + 60_000 });
    expect(changed(scheduled, drive("s-1")).told).not.toHaveProperty("find");
    const driven = apply(queuedRecord(), { type: "drive", at: T0, jobId: "s-1" });
    expect(changed(driven, drive("s-2")).told.find).toBe("lost_order");
    expect(changed(driven, drive("s-1")).told).not.toHaveProperty("find");
    const resting = { ...driven, releaseAt: T0 + 60_000 };
    expect(changed(resting, drive("s-2")).told).not.toHaveProperty("find");
  });
});

describe("what must not happen", () => {
  test("is counted once for each contradiction", () => {
    const delivered = apply(submitted, report("delivered"));
    const { after, told } = changed(delivered, report("undelivered"));
    expect(told.anomalies).toBe(1);
    expect(changed(after, report("undelivered")).told.anomalies).toBe(0);
  });

  test("a second acceptance is told, whether of another attempt or of the same", () => {
    expect(changed(submitted, outcome(ACCEPTED)).told.isSecondAcceptance).toBe(false);
    const sameAttempt = changed(submitted, outcome({ kind: "accepted", providerId: "Q" }));
    expect(sameAttempt.told.isSecondAcceptance).toBe(true);
    const again = changed(sameAttempt.after, outcome({ kind: "accepted", providerId: "Q" }));
    expect(again.told.isSecondAcceptance).toBe(false);
    const otherAttempt = changed(submitted, outcome(ACCEPTED, T0, 2));
    expect(otherAttempt.told.isSecondAcceptance).toBe(true);
  });

  test("an unknown status word is told when it is new to the message", () => {
    const word: Event = { ...report("unmapped"), report: { kind: "unmapped", word: "MARS" } } as Event;
    const { after, told } = changed(submitted, word);
    expect(told.isUnmapped).toBe(true);
    expect(changed(after, { type: "checked", at: T0, answered: true }).told.isUnmapped).toBe(false);
  });
});

describe("a message with more than one account", () => {
  const EXHAUSTED = { ...TERMS, retryDelaysMs: [] };
  const notSent: Outcome = { kind: "notSent", phase: "connect" };

  test("that goes on along its route is counted at the new one, which took it over from the old", () => {
    const record = begun(queuedRecord({ account: undefined, route: ["first", "second"] }));
    const event = { ...outcome(notSent), terms: EXHAUSTED } as Event;
    expect(changed(record, event).told).toMatchObject({ account: "second", cameFrom: "first" });
    expect(changed(submitted, { type: "checked", at: T0, answered: true }).told).not.toHaveProperty(
      "cameFrom",
    );
  });

  test("that is written again in doubt is told", () => {
    const terms = { ...TERMS, resolution: "repeat" } as const;
    const lost: Outcome = { kind: "maybeSent", phase: "answer", evidence: "reset" };
    const doubt = apply(begun(queuedRecord()), { ...outcome(lost), terms } as Event);
    expect(doubt.state).toBe("unconfirmed");
    const again = changed(doubt, { type: "begin", at: doubt.releaseAt, owner: "w", terms });
    expect(again.told).toMatchObject({ isRewrite: true });
    expect(again.told).not.toHaveProperty("entered");
    expect(changed(queuedRecord(), { type: "begin", at: T0, owner: "w", terms }).told.isRewrite).toBe(false);
  });
});
