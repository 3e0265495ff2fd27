import { describe, expect, test } from "vitest";
import { type Evidence, eventOf } from "../test/evidence.ts";
import { begun, queuedRecord, T0, TERMS } from "../test/samples.ts";
import { apply } from "./apply.ts";
import type { MessageRecord } from "./record.ts";

const after = (...all: Evidence[]): MessageRecord =>
  all.reduce((record, evidence) => apply(record, eventOf(evidence)), begun(queuedRecord()));
const accepted = (more: object): Evidence => ({ attempt: 1, outcome: { kind: "accepted", ...more } });
const pending = (more: object): Evidence => ({ report: { kind: "pending", word: "WAITING", ...more } });

describe("the provider's id that a report brings", () => {
  test("becomes the id of an attempt that was accepted without one", () => {
    const record = after(accepted({ batchId: "B", place: [1, 3] }), pending({ providerId: "P" }));
    const attempt = { verdict: "accepted", providerId: "P", batchId: "B", place: [1, 3] };
    expect(record).toMatchObject({ state: "submitted", attempts: [attempt], anomalies: [] });
  });

  test("is learned from a final report as well", () => {
    const record = after(accepted({ batchId: "B" }), {
      report: { kind: "delivered", word: "1", providerId: "P" },
    });
    expect(record).toMatchObject({ state: "delivered", attempts: [{ providerId: "P" }] });
  });

  test("does not replace another one that is known, and is an anomaly then", () => {
    const record = after(accepted({ providerId: "P" }), pending({ providerId: "Q" }));
    expect(record.attempts).toMatchObject([{ providerId: "P" }]);
    expect(record.anomalies).toEqual(["reported under a second id"]);
  });

  test("changes nothing when it is the known one", () => {
    const record = after(accepted({ providerId: "P" }));
    expect(apply(record, eventOf(pending({ providerId: "P" })))).toBe(record);
  });

  test("makes no attempt an accepted one", () => {
    const record = after(pending({ providerId: "P" }));
    expect(record.attempts).toEqual([{ n: 1, account: "etelecom-main", verdict: "open" }]);
  });
});

describe("a failure that a delivery may still follow", () => {
  const tentative = pending({ tentative: "undelivered", code: "DELIVERY_FAILED" });
  const atHorizon = (record: MessageRecord) =>
    apply(record, { type: "timer", at: T0 + TERMS.horizonMs, terms: TERMS });

  test("is the end at the horizon, with the provider's code", () => {
    const end = {
      state: "undelivered",
      reason: "by_network",
      code: "DELIVERY_FAILED",
      finalAt: expect.any(Number),
    };
    expect(atHorizon(after(accepted({ providerId: "P" }), tentative))).toMatchObject(end);
  });

  test("is no end before", () => {
    expect(after(accepted({ providerId: "P" }), tentative).state).toBe("submitted");
  });

  test("changes nothing when it is told again", () => {
    const record = after(accepted({}), tentative);
    expect(apply(record, eventOf(tentative))).toBe(record);
  });

  test("gives way to a delivery", () => {
    const record = after(accepted({}), tentative, { report: { kind: "delivered", word: "1" } });
    expect(record).toMatchObject({ state: "delivered", anomalies: [] });
  });

  test("counts whatever weaker word comes before or after it", () => {
    const weaker: Evidence[] = [pending({}), { report: { kind: "sent", word: "CHECK_OK" } }];
    for (const all of [
      [tentative, ...weaker],
      [...weaker, tentative],
    ]) {
      expect(atHorizon(after(accepted({}), ...all)).state).toBe("undelivered");
    }
  });

  test("without it the horizon ends in not knowing", () => {
    expect(atHorizon(after(accepted({}), pending({}))).state).toBe("unknown");
  });
});

test("what an operator should know about a message that was taken stands in its details", () => {
  expect(after(accepted({ notice: "held_until_top_up" })).details).toEqual({ notice: "held_until_top_up" });
});
