import { describe, expect, test } from "vitest";
import { at, lived } from "../test/lives.ts";
import { queuedRecord, T0 } from "../test/samples.ts";
import { stepsOf } from "./history.ts";
import type { MessageRecord } from "./record.ts";

const queued = queuedRecord({ account: undefined, route: ["first", "second"] });
const delivered = [at.begin(70), at.accepted(320), at.report(5320, "delivered")];

function passed(record: MessageRecord): number {
  return stepsOf(record.history).reduce(
    (sum, { waits }) => sum + waits.reduce((all, { ms }) => all + ms, 0),
    0,
  );
}

describe("the history of a message", () => {
  test("tells each state with what was waited for before it", () => {
    expect(stepsOf(lived(queued, ...delivered).history)).toEqual([
      {
        state: "sending",
        reason: "ready",
        marks: [{ what: "began", n: 1 }],
        waits: [{ cause: "queue", ms: 70 }],
      },
      {
        state: "submitted",
        reason: "ready",
        marks: [{ what: "accepted", n: 1 }],
        waits: [{ cause: "provider", ms: 250 }],
      },
      { state: "delivered", reason: "by_network", marks: [], waits: [{ cause: "provider", ms: 5000 }] },
    ]);
  });

  test("takes a few bytes for each step", () => {
    expect(lived(queued, ...delivered).history).toBe("g#1,q1y;b=1,p6y;dw,p3uw");
  });

  test("names the account that took over, and why the one before was left", () => {
    const refused = {
      kind: "rejected",
      scope: "template",
      code: "template_unknown",
      providerCode: "",
    } as const;
    const [, step] = stepsOf(lived(queued, at.begin(10), at.outcome(30, 1, refused)).history);
    expect(step).toMatchObject({
      state: "queued",
      reason: "failover",
      code: "template_unknown",
      marks: [
        { what: "account", n: 1 },
        { what: "denied", n: 1 },
      ],
    });
  });

  test("keeps late evidence that moves nothing, and what contradicts", () => {
    const late = lived(queued, ...delivered, at.report(9000, "undelivered"));
    expect(stepsOf(late.history).at(-1)).toMatchObject({
      state: "delivered",
      marks: [{ what: "anomaly", n: 0 }],
    });
  });

  test("stays as it is when nothing happened", () => {
    const record = lived(queued, at.begin(70), at.accepted(320));
    const looked = lived(
      record,
      { type: "checked", at: T0 + 900, answered: true },
      at.report(1000, "pending"),
    );
    expect(looked.history).toBe(record.history);
  });

  test("tells no more than the public part of the record", () => {
    const secret = queuedRecord({ content: { text: "734914" }, metadata: { order: "42" } });
    const refused = { kind: "rejected", scope: "message", code: "a;b,c~d", providerCode: "" } as const;
    const { history } = lived(secret, at.begin(1), at.outcome(2, 1, refused));
    expect(history).toBe("g#1,q1;jv-1~a_b_c_d,p1");
  });

  test("stays short in a life that waits for ever, and still tells all of its time", () => {
    let record = queued;
    for (let n = 1; n <= 1000; n += 1) {
      const began = Math.max(T0, record.releaseAt) - T0;
      const throttled = { kind: "throttled", retryAfterMs: 200, scope: "message" } as const;
      record = lived(record, at.begin(began), at.outcome(began + 20, n, throttled));
    }
    const steps = stepsOf(record.history);
    expect(record.history?.length).toBeLessThan(700);
    expect(steps[0]?.marks[0]).toMatchObject({ what: "folded" });
    expect(passed(record)).toBe(record.updatedAt - T0);
    expect(
      steps.reduce((sum, { marks }) => sum + (marks.find(({ what }) => what === "folded")?.n ?? 1), 0),
    ).toBe(2000);
  });

  test("is not confused by a clock that steps back", () => {
    const record = lived(queued, at.begin(70), at.accepted(60), at.report(100, "delivered"));
    expect(passed(record)).toBe(100);
  });

  test("is read as far as this version knows its words", () => {
    expect(stepsOf("g#1,q1y;Y?!;b=1,p6y")).toHaveLength(2);
    expect(stepsOf(undefined)).toEqual([]);
  });
});
