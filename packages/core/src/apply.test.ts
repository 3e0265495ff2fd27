import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contradicts, type Evidence, eventOf, finalClaim, outcomes, reports } from "../test/evidence.ts";
import { begun, queuedRecord, T0, TERMS } from "../test/samples.ts";
import { apply } from "./apply.ts";
import type { MessageRecord } from "./record.ts";
import { isFinal, mayMove, type State } from "./state.ts";
import { nextTimerAt, onTimer } from "./timer.ts";

const RUNS = { numRuns: 5000 };

const oneAttempt = begun(queuedRecord());
/** Sent again although the first attempt stayed unknown, as a producer may choose. */
const twoAttempts: MessageRecord = {
  ...oneAttempt,
  attempt: 2,
  attempts: [
    { n: 1, account: "etelecom-main", verdict: "maybeSent" },
    { n: 2, account: "etelecom-main", verdict: "open" },
  ],
};

const scenario = fc.oneof(
  fc.array(fc.oneof(outcomes(1), reports), { maxLength: 6 }).map((all) => ({ start: oneAttempt, all })),
  fc
    .array(fc.oneof(outcomes(1), outcomes(2), reports), { maxLength: 6 })
    .map((all) => ({ start: twoAttempts, all })),
);

const after = (start: MessageRecord, all: readonly Evidence[]): MessageRecord =>
  all.reduce((record, evidence, index) => apply(record, eventOf(evidence, T0 + index)), start);

describe("evidence", () => {
  test("ends in the same state in every order and with any repetition, as long as it can all be true", () => {
    fc.assert(
      fc.property(
        scenario.filter(({ all }) => !contradicts(all)),
        fc.infiniteStream(fc.nat()),
        ({ start, all }, choices) => {
          const pick = (): number => Number(choices.next().value);
          const repeated = [...all, ...all.filter(() => pick() % 2 === 0)];
          const shuffled = repeated
            .map((evidence) => ({ evidence, key: pick() }))
            .sort((a, b) => a.key - b.key)
            .map(({ evidence }) => evidence);
          expect(after(start, shuffled).state).toBe(after(start, all).state);
        },
      ),
      RUNS,
    );
  });

  test("changes nothing when it is repeated at once", () => {
    fc.assert(
      fc.property(scenario, fc.nat(), ({ start, all }, choice) => {
        const record = after(start, all);
        const again = all[choice % Math.max(1, all.length)];
        if (again === undefined || all.at(-1) !== again) return;
        expect(apply(record, eventOf(again, T0 + 99))).toBe(record);
      }),
      RUNS,
    );
  });

  test("never moves a final state but from delivered to read and from unknown to what a report says", () => {
    const listed = new Set([
      "delivered read",
      "unknown delivered",
      "unknown undelivered",
      "unknown expired",
      "unknown rejected",
    ]);
    const unknown: MessageRecord = {
      ...oneAttempt,
      state: "unknown",
      reason: "never_reported",
      deadlineAt: 0,
    };
    fc.assert(
      fc.property(
        fc.oneof(
          scenario,
          scenario.map(({ all }) => ({ start: unknown, all })),
        ),
        ({ start, all }) => {
          all.reduce((record, evidence) => {
            const next = apply(record, eventOf(evidence));
            const moved = next.state !== record.state;
            const readAtOnce = record.state === "unknown" && next.state === "read";
            if (moved && isFinal(record.state) && !readAtOnce)
              expect(listed).toContain(`${record.state} ${next.state}`);
            return next;
          }, start);
        },
      ),
      RUNS,
    );
  });

  test("that contradicts a final state stays on the record as an anomaly", () => {
    fc.assert(
      fc.property(scenario, ({ start, all }) => {
        const record = after(start, all);
        for (const claim of all.map(finalClaim)) {
          if (claim === undefined || claim === record.state) continue;
          if (claim === "delivered" && record.state === "read") continue;
          expect(record.anomalies.join()).toContain(claim === "delivered" ? "" : `${claim} reported after`);
          expect(record.anomalies.length).toBeGreaterThan(0);
        }
      }),
      RUNS,
    );
  });

  test("of an acceptance is never forgotten, whatever came before", () => {
    fc.assert(
      fc.property(scenario, ({ start, all }) => {
        const accepted = all.some((one) => "outcome" in one && one.outcome.kind === "accepted");
        const ids = after(start, all).attempts.map(({ providerId }) => providerId);
        expect(ids.includes("P")).toBe(accepted);
      }),
      RUNS,
    );
  });

  test("of two accepted attempts counts as an anomaly", () => {
    const both: Evidence[] = [1, 2].map((attempt) => ({
      attempt,
      outcome: { kind: "accepted", providerId: `P${attempt}` },
    }));
    expect(after(twoAttempts, both).anomalies).toEqual(["accepted twice"]);
  });

  test("of a second provider id for one attempt counts as an anomaly and does not replace the first", () => {
    const ids: Evidence[] = ["A", "B"].map((providerId) => ({
      attempt: 1,
      outcome: { kind: "accepted", providerId },
    }));
    const record = after(oneAttempt, ids);
    expect(record.anomalies).toEqual(["attempt 1 accepted under a second id"]);
    expect(record.attempts[0]?.providerId).toBe("A");
  });

  test("in an unknown word is kept verbatim and moves nothing", () => {
    const record = after(oneAttempt, [{ report: { kind: "unmapped", word: "ODD" } }]);
    expect(record).toMatchObject({ state: "sending", unmapped: "ODD" });
  });
});

describe("waiting", () => {
  test("spends no attempt: neither a 429 nor an attempt given back before the write", () => {
    for (const outcome of [
      { kind: "throttled", retryAfterMs: 10, scope: "account" },
      { kind: "notSent", phase: "guard" },
    ] as const) {
      expect(after(oneAttempt, [{ attempt: 1, outcome }])).toMatchObject({ state: "queued", spent: 0 });
    }
  });

  test("after proof of not sent follows the list and ends as failed when the list does", () => {
    let record = queuedRecord();
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const at = Math.max(T0, record.releaseAt);
      record = apply(
        begun(record, at),
        eventOf({ attempt, outcome: { kind: "notSent", phase: "connect" } }, at),
      );
      if (record.state === "queued") waits.push(record.releaseAt - at);
    }
    expect(waits).toEqual(TERMS.retryDelaysMs);
    expect(record).toMatchObject({ state: "failed", reason: "attempts_exhausted", spent: 3 });
  });

  test("for an account's fault holds the message, spends no attempt and releases it again", () => {
    const outcome = { kind: "rejected", scope: "account", code: "balance", providerCode: "-3" } as const;
    const held = after(oneAttempt, [{ attempt: 1, outcome }]);
    expect(held).toMatchObject({ state: "held", reason: "account", code: "balance", spent: 0 });
    expect(apply(held, { type: "timer", at: T0 + 1, terms: TERMS })).toBe(held);
    const released = apply(held, { type: "release", at: T0 + 1 });
    expect(released).toMatchObject({ state: "queued", releaseAt: T0 + 1, spent: 0 });
  });

  test("ends at the deadline, as expired before sending", () => {
    const record = queuedRecord();
    const ended = apply(record, { type: "timer", at: record.expiresAt, terms: TERMS });
    expect(ended).toMatchObject({ state: "expired", reason: "before_send", finalAt: record.expiresAt });
  });
});

describe("an attempt under its lease", () => {
  test("is nobody else's: no timer ends it early, and nobody begins or cancels it", () => {
    fc.assert(
      fc.property(fc.nat({ max: TERMS.leaseMs - 1 }), (ms) => {
        const at = T0 + ms;
        expect(apply(oneAttempt, { type: "timer", at, terms: TERMS })).toBe(oneAttempt);
        expect(apply(oneAttempt, { type: "begin", at, owner: "other", terms: TERMS })).toBe(oneAttempt);
        expect(apply(oneAttempt, { type: "cancel", at })).toBe(oneAttempt);
      }),
    );
  });

  test("keeps the reference that the message has at the account, and takes a fresh one only where it has none", () => {
    const first = apply(queuedRecord(), { type: "begin", at: T0, owner: "w", terms: TERMS, reference: 7 });
    expect(first.references).toEqual({ "etelecom-main": 7 });
    const back = apply(first, eventOf({ attempt: 1, outcome: { kind: "notSent", phase: "guard" } }));
    const second = apply(back, { type: "begin", at: T0, owner: "w", terms: TERMS, reference: 8 });
    expect(second).toMatchObject({ attempt: 2, references: { "etelecom-main": 7 } });
  });
});

describe("an unconfirmed message", () => {
  const unconfirmed = apply(oneAttempt, { type: "timer", at: oneAttempt.deadlineAt, terms: TERMS });

  test("is what becomes of an attempt whose lease ended", () => {
    expect(unconfirmed).toMatchObject({ state: "unconfirmed", reason: "lease_ended" });
  });

  test("is never begun again, canceled or released by a timer before its deadline", () => {
    fc.assert(
      fc.property(fc.nat({ max: unconfirmed.deadlineAt - T0 - 1 }), (ms) => {
        const at = T0 + ms;
        expect(apply(unconfirmed, { type: "timer", at, terms: TERMS })).toBe(unconfirmed);
        expect(apply(unconfirmed, { type: "begin", at, owner: "other", terms: TERMS })).toBe(unconfirmed);
        expect(apply(unconfirmed, { type: "cancel", at })).toBe(unconfirmed);
      }),
    );
  });

  test("ends as unknown at its deadline, and a late report still tells the truth", () => {
    const unknown = apply(unconfirmed, { type: "timer", at: unconfirmed.deadlineAt, terms: TERMS });
    expect(unknown).toMatchObject({ state: "unknown", reason: "never_confirmed" });
    expect(after(unknown, [{ report: { kind: "delivered", word: "SUCCESS" } }]).state).toBe("delivered");
  });

  test("goes back to the queue on proof that nothing was written", () => {
    const record = after(unconfirmed, [{ attempt: 1, outcome: { kind: "notSent", phase: "connect" } }]);
    expect(record).toMatchObject({ state: "queued", spent: 1 });
  });
});

describe("a cancel", () => {
  test("is exact: either it comes before the attempt begins or it comes too late", () => {
    const canceled = apply(queuedRecord(), { type: "cancel", at: T0 });
    expect(canceled.state).toBe("canceled");
    expect(begun(canceled)).toBe(canceled);
    expect(apply(oneAttempt, { type: "cancel", at: T0 })).toBe(oneAttempt);
  });
});

describe("every open state", () => {
  test("has a deadline, and time alone brings the message to a final state", () => {
    fc.assert(
      fc.property(scenario, ({ start, all }) => {
        let record = after(start, all);
        const visited: State[] = [record.state];
        for (let step = 0; !isFinal(record.state); step += 1) {
          expect(record.deadlineAt).toBeGreaterThan(0);
          expect(step).toBeLessThan(10);
          const at = nextTimerAt(record) ?? Number.POSITIVE_INFINITY;
          expect(at).toBeLessThanOrEqual(record.deadlineAt);
          const decision = onTimer(record, at, TERMS);
          // Nobody carries the order out: the message must end all the same.
          const next =
            decision.kind === "change"
              ? decision.record
              : apply(record, { type: "timer", at: record.deadlineAt, terms: TERMS });
          expect(next.state === record.state || mayMove(record.state, next.state)).toBe(true);
          record = next;
          visited.push(record.state);
        }
      }),
      RUNS,
    );
  });
});
