import { describe, expect, test } from "vitest";
import { at, lived } from "../test/lives.ts";
import { queuedRecord, T0, TERMS } from "../test/samples.ts";
import { type Fate, playFate } from "../test/writes-to-second.ts";
import { explain } from "./explain.ts";
import type { Outcome, RefusalScope } from "./outcome.ts";
import { mayBegin } from "./reconcile.ts";
import { askedAccount } from "./record.ts";

const refused = (scope: RefusalScope): Outcome => ({
  kind: "rejected",
  scope,
  code: "word",
  providerCode: "",
});
const LOST: Outcome = { kind: "maybeSent", phase: "answer", evidence: "timeout" };
const RESEND = { onUnknown: "resend" } as const;
const LATE = { failoverAfterMs: 20_000 } as const;

/** What becomes of the message at the first account, the writes to the second, and the end where nobody reports. */
const TABLE: readonly (readonly [string, Fate, second: number, end: string])[] = [
  ["no connection, until no retry is left", { first: { kind: "notSent", phase: "connect" } }, 1, "unknown"],
  [
    "given back by a worker that ends, again and again",
    { first: { kind: "notSent", phase: "guard" } },
    0,
    "queued",
  ],
  ["throttled until it expires", { first: { kind: "throttled", scope: "account" } }, 0, "expired"],
  ["refused for the account", { first: refused("account") }, 1, "unknown"],
  ["refused for its sender", { first: refused("sender") }, 1, "unknown"],
  ["refused for its template", { first: refused("template") }, 1, "unknown"],
  ["refused for itself", { first: refused("message") }, 1, "unknown"],
  ["refused for its recipient", { first: refused("recipient") }, 0, "rejected"],
  [
    "refused for its recipient, with everything that allows more",
    { first: refused("recipient"), input: { ...RESEND, ...LATE } },
    0,
    "rejected",
  ],
  ["no answer, hold", { first: LOST }, 0, "unknown"],
  ["no answer, hold, although it may go on without a report", { first: LOST, input: LATE }, 0, "unknown"],
  ["no answer, resend", { first: LOST, input: RESEND }, 1, "unknown"],
  [
    "no answer, resend, where it is asked about",
    { first: LOST, input: RESEND, terms: { resolution: "ask" } },
    1,
    "unknown",
  ],
  [
    "no answer, where the same reference is sent again",
    { first: LOST, input: RESEND, terms: { resolution: "repeat" } },
    0,
    "unknown",
  ],
  ["its worker dies, hold", { first: "none" }, 0, "unknown"],
  ["its worker dies, resend", { first: "none", input: RESEND }, 1, "unknown"],
  ["held for less than failover.afterMs", { heldMs: 50_000 }, 0, "unknown"],
  ["held for longer than failover.afterMs", { heldMs: 200_000 }, 1, "unknown"],
  ["taken, and never reported", {}, 0, "unknown"],
  ["taken, and never reported, with failoverAfterMs", { input: LATE }, 1, "unknown"],
  [
    "taken, and delivered in time, with failoverAfterMs",
    { input: LATE, report: { kind: "delivered", atMs: 19_999 } },
    0,
    "delivered",
  ],
  [
    "taken, and undelivered in time, with failoverAfterMs",
    { input: LATE, report: { kind: "undelivered", atMs: 5000 } },
    0,
    "undelivered",
  ],
  [
    "taken, and passed on, with failoverAfterMs",
    { input: LATE, report: { kind: "sent", atMs: 5000 } },
    1,
    "unknown",
  ],
  [
    "taken, and delivered too late, with failoverAfterMs",
    { input: LATE, report: { kind: "delivered", atMs: 25_000 } },
    1,
    "delivered",
  ],
  [
    "taken, and undelivered too late, with failoverAfterMs",
    { input: LATE, report: { kind: "undelivered", atMs: 25_000 } },
    1,
    "undelivered",
  ],
  ["taken, with failoverAfterMs beyond its expiry", { input: { failoverAfterMs: 400_000 } }, 0, "unknown"],
];

describe("the second account of a route", () => {
  test.for(TABLE)("%s: as often as it may be written to", ([, fate, second, end]) => {
    const played = playFate(fate);
    expect([played.second, played.end.state]).toEqual([second, end]);
  });
});

describe("a message that goes on for want of a final report", () => {
  const queued = queuedRecord({ account: undefined, route: ["first", "second"], ...LATE });
  const both = lived(
    queued,
    at.begin(10),
    at.accepted(100),
    at.timer(20_100),
    at.begin(20_200),
    at.accepted(20_300, 2),
  );
  const said = (ms: number, attempt: number, kind: "delivered" | "undelivered" | "expired", code?: string) =>
    ({ ...at.report(ms, kind, code), attempt }) as ReturnType<typeof at.report>;

  test("keeps what each account knows of it, and says nothing of a contradiction", () => {
    expect(both).toMatchObject({ state: "submitted", anomalies: [], account: "second" });
    expect(both.attempts).toMatchObject([
      { n: 1, account: "first", providerId: "P1", verdict: "accepted" },
      { n: 2, account: "second", providerId: "P2", verdict: "accepted" },
    ]);
  });

  test("is asked about at both in turn", () => {
    const asked = [0, 1, 2].map((checks) => askedAccount({ ...both, checks }));
    expect(asked).toEqual(["first", "second", "first"]);
  });

  test("is delivered when either says so, however late, and the account shows it", () => {
    const late = lived(both, said(40_000, 1, "delivered"));
    expect(late.state).toBe("delivered");
    expect(explain(late, T0).steps.map(({ what }) => what)).toContain(
      "second takes over from first, for want of a final report",
    );
  });

  test("is not over when one of the two fails", () => {
    const failed = lived(both, said(30_000, 1, "undelivered", "42"));
    expect(failed).toMatchObject({
      state: "submitted",
      tentative: { state: "undelivered", code: "42", attempt: 1 },
    });
    expect(lived(failed, said(30_500, 1, "undelivered", "42"))).toMatchObject({ state: "submitted" });
    expect(lived(failed, said(31_000, 2, "delivered"))).toMatchObject({ state: "delivered", anomalies: [] });
    expect(lived(failed, said(31_000, 2, "expired"))).toMatchObject({
      state: "expired",
      reason: "at_provider",
    });
  });

  test("ends as the one said that said something, when the other never does", () => {
    const failed = lived(both, said(30_000, 2, "expired"));
    const { horizonMs } = TERMS;
    expect(lived(failed, at.timer(20_300 + horizonMs))).toMatchObject({
      state: "expired",
      reason: "at_provider",
    });
  });

  test("stays with the first when the second cannot take it", () => {
    const lost = { kind: "maybeSent", phase: "answer", evidence: "timeout" } as const;
    const waits = lived(queued, at.begin(10), at.accepted(100), at.timer(20_100), at.begin(20_200));
    for (const outcome of [lost, refused("recipient"), refused("template")]) {
      const after = lived(waits, at.outcome(20_300, 2, outcome));
      expect(after).toMatchObject({ state: "submitted", releaseAt: 0 });
      expect(lived(after, said(21_000, 1, "delivered")).state).toBe("delivered");
    }
  });

  test("is never written again at the account that has it", () => {
    const waits = lived(queued, at.begin(10), at.accepted(100));
    expect(mayBegin(waits, T0 + 20_100)).toBe(false);
    expect(mayBegin(lived(waits, at.timer(20_100)), T0 + 20_100)).toBe(true);
  });

  test("goes on to a third account, but not when the second refused its recipient", () => {
    const three = queuedRecord({ account: undefined, route: ["first", "second", "third"], ...LATE });
    const waits = lived(three, at.begin(10), at.accepted(100), at.timer(20_100), at.begin(20_200));
    expect(lived(waits, at.outcome(20_300, 2, refused("template")))).toMatchObject({ account: "third" });
    expect(lived(waits, at.outcome(20_300, 2, refused("recipient")))).toMatchObject({
      account: "second",
      releaseAt: 0,
    });
  });

  test("is tried again at the second, as often as any other, after a proof that it was not taken", () => {
    const waits = lived(queued, at.begin(10), at.accepted(100), at.timer(20_100), at.begin(20_200));
    const refusedOnce = lived(waits, at.outcome(20_300, 2, { kind: "notSent", phase: "connect" }));
    expect(refusedOnce).toMatchObject({
      state: "submitted",
      account: "second",
      releaseAt: T0 + 21_300,
      spent: 1,
    });
    expect(lived(refusedOnce, at.begin(21_300), at.accepted(21_400, 3)).attempts).toHaveLength(2);
  });
});
