import { describe, expect, test } from "vitest";
import { eventOf } from "../test/evidence.ts";
import { begun, queuedRecord, T0, TERMS } from "../test/samples.ts";
import { apply } from "./apply.ts";
import type { Outcome, RefusalScope } from "./outcome.ts";

const twoAccounts = queuedRecord({ account: undefined, route: ["first", "second"] });

const rejected = (scope: RefusalScope): Outcome => ({
  kind: "rejected",
  scope,
  code: "word",
  providerCode: "",
});

describe("the next account of the route", () => {
  test.for(["account", "sender", "template", "message"] as const)(
    "takes over after a refusal for the %s",
    (scope) => {
      const after = apply(begun(twoAccounts), eventOf({ attempt: 1, outcome: rejected(scope) }));
      expect(after).toMatchObject({ state: "queued", reason: "failover", account: "second", spent: 0 });
    },
  );

  test("is not asked to reach a recipient who cannot or will not be reached", () => {
    const after = apply(begun(twoAccounts), eventOf({ attempt: 1, outcome: rejected("recipient") }));
    expect(after).toMatchObject({ state: "rejected", account: "first" });
  });

  test("takes over when the retries of the first are exhausted, with retries of its own", () => {
    let record = twoAccounts;
    for (let attempt = 1; record.account === "first"; attempt += 1) {
      const at = Math.max(T0, record.releaseAt);
      const outcome = { kind: "notSent", phase: "connect" } as const;
      record = apply(begun(record, at), eventOf({ attempt, outcome }, at));
    }
    expect(record).toMatchObject({ state: "queued", reason: "failover", attempt: 3, spent: 0 });
  });

  test("is not written to while nobody knows whether the first took it", () => {
    const outcome = { kind: "maybeSent", phase: "body", evidence: "reset" } as const;
    const after = apply(begun(twoAccounts), eventOf({ attempt: 1, outcome }));
    expect(after).toMatchObject({ state: "unconfirmed", account: "first", releaseAt: 0 });
  });

  test("takes over when the first was stopped for too long", () => {
    const held = apply(twoAccounts, { type: "hold", at: T0, code: "balance", terms: TERMS });
    const failoverAt = T0 + TERMS.failoverAfterMs;
    expect(held).toMatchObject({ state: "held", releaseAt: failoverAt });
    expect(apply(held, { type: "timer", at: failoverAt - 1, terms: TERMS })).toBe(held);
    const after = apply(held, { type: "timer", at: failoverAt, terms: TERMS });
    expect(after).toMatchObject({ state: "queued", account: "second" });
  });

  test("is the end of the route: its own faults hold and refuse the message like any other's", () => {
    const last = apply(begun(twoAccounts), eventOf({ attempt: 1, outcome: rejected("account") }));
    const after = (scope: RefusalScope) =>
      apply(begun(last), eventOf({ attempt: 2, outcome: rejected(scope) }));
    expect(after("account")).toMatchObject({ state: "held", account: "second", releaseAt: last.expiresAt });
    expect(after("template")).toMatchObject({ state: "rejected", account: "second" });
  });
});
