import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Evidence, eventOf, reports } from "../test/evidence.ts";
import { begun, queuedRecord, T0, TERMS } from "../test/samples.ts";
import { apply } from "./apply.ts";
import type { MessageInput } from "./message.ts";
import type { Outcome } from "./outcome.ts";
import { ABSENCES_FOR_PROOF, askAgainMs, MOST_CRASHES, mayBegin } from "./reconcile.ts";
import type { MessageRecord } from "./record.ts";
import { isFinal } from "./state.ts";
import type { Terms } from "./terms.ts";
import { nextTimerAt, onTimer } from "./timer.ts";

const REPEAT: Terms = { ...TERMS, resolution: "repeat" };
const ASK: Terms = { ...TERMS, resolution: "ask" };
const LOST: Outcome = { kind: "maybeSent", phase: "headers", evidence: "reset" };
const SETTLED = T0 + TERMS.settleMs;

function ended(record: MessageRecord, outcome: Outcome, terms: Terms, at = T0): MessageRecord {
  return apply(record, { type: "outcome", at, attempt: record.attempt, outcome, terms, chance: 0.5 });
}

/** A message whose first attempt got no answer. */
function doubtful(terms: Terms, input: Partial<MessageInput> = {}): MessageRecord {
  return ended(begun(queuedRecord(input)), LOST, terms);
}

function beginAgain(record: MessageRecord, at: number, terms: Terms): MessageRecord {
  return apply(record, { type: "begin", at, owner: "worker", terms });
}

function absent(record: MessageRecord, at: number, terms = ASK): MessageRecord {
  return apply(record, { type: "absent", at, terms, chance: 0.5 });
}

describe("a message in doubt at a provider that sorts out repeats", () => {
  const inDoubt = doubtful(REPEAT);

  test("is written again after the settling time and not before, and stays unconfirmed meanwhile", () => {
    expect(mayBegin(inDoubt, SETTLED - 1)).toBe(false);
    expect(beginAgain(inDoubt, SETTLED - 1, REPEAT)).toBe(inDoubt);
    const again = beginAgain(inDoubt, SETTLED, REPEAT);
    expect(again).toMatchObject({ state: "unconfirmed", attempt: 2 });
    expect(again.attempts.map(({ verdict }) => verdict)).toEqual(["maybeSent", "open"]);
    expect(beginAgain(again, SETTLED, REPEAT)).toBe(again);
  });

  test("asks for a work order at that time", () => {
    expect(nextTimerAt(inDoubt)).toBe(SETTLED);
    expect(onTimer(inDoubt, SETTLED, REPEAT)).toEqual({ kind: "drive" });
  });

  test("adopts the id that the repeat brings, and both attempts are one acceptance", () => {
    const again = beginAgain(inDoubt, SETTLED, REPEAT);
    const taken = ended(again, { kind: "accepted", providerId: "P" }, REPEAT, SETTLED);
    expect(taken).toMatchObject({ state: "submitted", anomalies: [] });
    expect(taken.attempts).toEqual([
      { n: 2, account: "etelecom-main", verdict: "accepted", providerId: "P" },
    ]);
    const late = apply(taken, eventOfFirst({ kind: "accepted", providerId: "P" }));
    expect(late).toBe(taken);
    const other = apply(taken, eventOfFirst({ kind: "accepted", providerId: "Q" }));
    expect(other.anomalies).toEqual(["attempt 2 accepted under a second id"]);
  });

  test("takes the id from a late answer when the repeat only said that it was sent already", () => {
    const again = beginAgain(inDoubt, SETTLED, REPEAT);
    const taken = ended(again, { kind: "accepted" }, REPEAT, SETTLED);
    expect(taken).toMatchObject({ state: "submitted" });
    const late = apply(taken, eventOfFirst({ kind: "accepted", providerId: "P" }));
    expect(late.attempts[0]?.providerId).toBe("P");
  });

  test("stays in doubt when the repeat is refused, because that proves nothing of the first request", () => {
    const again = beginAgain(inDoubt, SETTLED, REPEAT);
    const refused: Outcome = { kind: "rejected", scope: "recipient", code: "stop_list", providerCode: "" };
    const after = ended(again, refused, REPEAT, SETTLED);
    expect(after).toMatchObject({ state: "unconfirmed", releaseAt: 0 });
    const throttled: Outcome = { kind: "throttled", retryAfterMs: 5000, scope: "message" };
    expect(ended(again, throttled, REPEAT, SETTLED).releaseAt).toBe(SETTLED + 5000);
  });

  test("is repeated until it is known or expires, and never after that", () => {
    let record = inDoubt;
    let writes = 1;
    for (let at = nextTimerAt(record) ?? 0; !isFinal(record.state); at = nextTimerAt(record) ?? 0) {
      const next = beginAgain(record, at, REPEAT);
      if (next.attempt > record.attempt) {
        expect(at).toBeLessThan(record.expiresAt);
        writes += 1;
        record = ended(next, LOST, REPEAT, at);
      } else record = apply(record, { type: "timer", at, terms: REPEAT });
    }
    expect(record).toMatchObject({ state: "unknown", reason: "never_confirmed" });
    expect(writes).toBe(5);
  });

  test("stays in doubt while its account is at fault, and comes again after the settling time", () => {
    const hold = { type: "hold", at: SETTLED, code: "unavailable", terms: REPEAT } as const;
    const waiting = apply(inDoubt, hold);
    expect(waiting).toMatchObject({ state: "unconfirmed", releaseAt: SETTLED + REPEAT.settleMs });
    expect(nextTimerAt(waiting)).toBe(SETTLED + REPEAT.settleMs);
    const late = apply(inDoubt, { ...hold, at: inDoubt.expiresAt - 1 });
    expect(late).toMatchObject({ state: "unconfirmed", releaseAt: 0 });
  });

  test("ends in the same state in every order of what its attempts and reports say", () => {
    const again = beginAgain(inDoubt, SETTLED, REPEAT);
    const outcome = (attempt: number, more: Outcome): Evidence => ({ attempt, outcome: more });
    const evidence = fc.subarray([
      outcome(1, { kind: "accepted", providerId: "P" }),
      outcome(2, { kind: "accepted", providerId: "P" }),
      outcome(2, LOST),
    ]);
    const all = fc.tuple(evidence, reports).map(([some, report]) => [...some, report]);
    fc.assert(
      fc.property(all, fc.infiniteStream(fc.nat()), (some, keys) => {
        const apply1 = (record: MessageRecord, one: Evidence): MessageRecord =>
          apply(record, { ...eventOf(one, SETTLED), terms: REPEAT } as ReturnType<typeof eventOf>);
        const shuffled = some
          .map((one) => ({ one, key: Number(keys.next().value) }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        const [straight, mixed] = [some.reduce(apply1, again), shuffled.reduce(apply1, again)];
        expect(mixed.state).toBe(straight.state);
        expect(mixed.anomalies).toEqual([]);
      }),
    );
  });

  function eventOfFirst(outcome: Outcome) {
    return { type: "outcome", at: SETTLED, attempt: 1, outcome, terms: REPEAT, chance: 0.5 } as const;
  }
});

describe("a message in doubt at a provider that can be asked", () => {
  const inDoubt = doubtful(ASK);
  const again = askAgainMs(ASK);

  test("is not written again by time alone", () => {
    fc.assert(
      fc.property(fc.nat({ max: inDoubt.deadlineAt - T0 - 1 }), (ms) => {
        expect(beginAgain(inDoubt, T0 + ms, ASK)).toBe(inDoubt);
        expect(onTimer(inDoubt, T0 + ms, ASK)).toEqual({ kind: "nothing" });
      }),
    );
  });

  test("goes back to the queue once it was absent several times, each after its time", () => {
    expect(ABSENCES_FOR_PROOF).toBe(2);
    expect(absent(inDoubt, SETTLED - 1)).toBe(inDoubt);
    const once = absent(inDoubt, SETTLED);
    expect(once).toMatchObject({ state: "unconfirmed", absences: 1 });
    expect(absent(once, SETTLED + again - 1)).toBe(once);
    const twice = absent(once, SETTLED + again);
    expect(twice).toMatchObject({ state: "queued", attempts: [], spent: 1, absences: 0 });
  });

  test("is not proven absent while a second attempt is on the wire, nor by what was known of the first", () => {
    const resending = doubtful(ASK, { onUnknown: "resend" });
    const onTheWire = beginAgain(resending, T0 + 3 * ASK.settleMs, ASK);
    expect(onTheWire.attempt).toBe(2);
    expect(absent(onTheWire, T0 + 3 * ASK.settleMs + 1)).toBe(onTheWire);
  });

  test("is asked about afresh once it was written a second time: an absence of before proves nothing of that", () => {
    const resentAt = T0 + 3 * ASK.settleMs;
    const absentOnce = absent(doubtful(ASK, { onUnknown: "resend" }), SETTLED);
    const lostAgain = ended(beginAgain(absentOnce, resentAt, ASK), LOST, ASK, resentAt);
    expect(absent(lostAgain, resentAt + again)).toBe(lostAgain);
    expect(absent(lostAgain, resentAt + ASK.settleMs)).toMatchObject({ state: "unconfirmed", absences: 1 });
  });

  test("is resent once, where its producer wants it, only after it was asked about in vain", () => {
    const resending = doubtful(ASK, { onUnknown: "resend" });
    expect(resending.releaseAt).toBe(T0 + 3 * ASK.settleMs);
  });

  test("that is absent and expired ends as expired before sending: that much is proven", () => {
    const late = absent(absent(doubtful(ASK, { expiresInMs: 1000 }), SETTLED), SETTLED + again);
    const end = apply(late, { type: "timer", at: SETTLED + again, terms: ASK });
    expect(end).toMatchObject({ state: "expired", reason: "before_send" });
  });
});

describe("a message in doubt at a provider that knows nothing", () => {
  test("is written again once and never a third time, if its producer wants it", () => {
    const first = doubtful(TERMS, { onUnknown: "resend" });
    expect(mayBegin(first, SETTLED - 1)).toBe(false);
    const second = beginAgain(first, SETTLED, TERMS);
    expect(second.attempt).toBe(2);
    const lost = ended(second, LOST, TERMS, SETTLED);
    expect(lost).toMatchObject({ state: "unconfirmed", releaseAt: 0 });
    expect(beginAgain(lost, lost.expiresAt - 1, TERMS)).toBe(lost);
  });

  test("may be tried again when the second request was proven not taken", () => {
    const second = beginAgain(doubtful(TERMS, { onUnknown: "resend" }), SETTLED, TERMS);
    const refused = ended(second, { kind: "notSent", phase: "connect" }, TERMS, SETTLED);
    expect(refused).toMatchObject({ state: "unconfirmed", releaseAt: SETTLED + 1000 });
    expect(beginAgain(refused, SETTLED + 1000, TERMS).attempt).toBe(3);
  });

  test("is not free to go while a later attempt is on the wire, though the first proves not to be taken at last", () => {
    const second = beginAgain(doubtful(TERMS, { onUnknown: "resend" }), SETTLED, TERMS);
    const refused = ended(second, { kind: "notSent", phase: "connect" }, TERMS, SETTLED);
    const third = beginAgain(refused, refused.releaseAt, TERMS);
    const outcome = { kind: "notSent", phase: "guard" } as const;
    const after = apply(third, { ...eventOf({ attempt: 1, outcome }), at: refused.releaseAt });
    expect(after).toMatchObject({ state: "unconfirmed", attempts: [{ n: 3, verdict: "open" }] });
    expect(ended(after, outcome, TERMS, refused.releaseAt)).toMatchObject({ state: "queued", attempts: [] });
  });

  test("is not written again after it expired, however its producer wants it", () => {
    const short = doubtful(TERMS, { onUnknown: "resend", expiresInMs: 30_000 });
    expect(short.releaseAt).toBe(0);
    expect(short.deadlineAt).toBe(SETTLED);
  });

  test("goes to the next account of its route for that", () => {
    const first = doubtful(TERMS, {
      account: undefined,
      route: ["etelecom-main", "bitel"],
      onUnknown: "resend",
    });
    const moved = onTimer(first, SETTLED, TERMS);
    if (moved.kind !== "change") throw new Error(moved.kind);
    expect(moved.record).toMatchObject({ state: "unconfirmed", account: "bitel", releaseAt: SETTLED });
    const second = beginAgain(moved.record, SETTLED, TERMS);
    expect(second.attempts.map(({ account }) => account)).toEqual(["etelecom-main", "bitel"]);
    const taken = ended(second, { kind: "accepted", providerId: "B" }, TERMS, SETTLED);
    expect(taken.state).toBe("submitted");
    const late = apply(taken, eventOf({ attempt: 1, outcome: { kind: "accepted", providerId: "E" } }));
    expect(late.anomalies).toEqual(["accepted twice"]);
  });

  test("is never written again without that wish, whatever the route", () => {
    const held = doubtful(TERMS, { account: undefined, route: ["etelecom-main", "bitel"] });
    expect(nextTimerAt(held)).toBe(held.deadlineAt);
    expect(beginAgain(held, held.deadlineAt - 1, TERMS)).toBe(held);
  });
});

describe("an attempt made again whose worker died", () => {
  test("is in doubt once its lease ends, and the next one waits for the settling time", () => {
    const again = beginAgain(doubtful(REPEAT), SETTLED, REPEAT);
    const leaseEndsAt = SETTLED + REPEAT.leaseMs;
    expect(nextTimerAt(again)).toBe(leaseEndsAt);
    const decision = onTimer(again, leaseEndsAt, REPEAT);
    if (decision.kind !== "change") throw new Error(decision.kind);
    expect(decision.record).toMatchObject({ state: "unconfirmed", crashes: 1 });
    expect(decision.record.releaseAt).toBe(leaseEndsAt + REPEAT.settleMs);
  });

  test("is made no more once so many died over it", () => {
    const dying = { ...beginAgain(doubtful(REPEAT), SETTLED, REPEAT), crashes: MOST_CRASHES - 1 };
    const after = apply(dying, { type: "timer", at: dying.releaseAt, terms: REPEAT });
    expect(after).toMatchObject({ crashes: MOST_CRASHES, releaseAt: 0 });
  });
});

describe("a message that its worker dies over before it is begun", () => {
  const suspect = (record: MessageRecord, owner: string, by: 1 | -1 = 1) =>
    apply(record, { type: "suspect", at: T0, owner, by });

  test("is set aside as failed after so many deaths, and not before", () => {
    let record = queuedRecord();
    for (let deaths = 0; deaths < MOST_CRASHES; deaths += 1) record = suspect(record, `worker-${deaths}`);
    expect(record).toMatchObject({ state: "queued", crashes: MOST_CRASHES });
    expect(suspect(record, "another")).toMatchObject({ state: "failed", reason: "poison" });
  });

  test("is cleared by whoever had it in hand and lived", () => {
    expect(suspect(suspect(queuedRecord(), "one"), "one", -1).crashes).toBe(0);
    const begunAgain = begun(suspect(queuedRecord(), "one"));
    expect(ended(begunAgain, { kind: "notSent", phase: "connect" }, TERMS).crashes).toBe(0);
  });

  test("is not counted by those who were only slow, and lost it to one another", () => {
    let record = queuedRecord();
    for (let turn = 0; turn < 3 * MOST_CRASHES; turn += 1) {
      record = suspect(suspect(record, `slow-${turn}`), `next-${turn}`);
      record = suspect(suspect(record, `next-${turn}`, -1), `slow-${turn}`, -1);
    }
    expect(record).toMatchObject({ state: "queued", crashes: 0 });
    expect(record.owner).toBeUndefined();
  });

  test("is marked once and cleared once by the same worker, however often Redis is told", () => {
    const marked = suspect(suspect(queuedRecord(), "one"), "two");
    expect(marked.crashes).toBe(2);
    expect(suspect(marked, "two")).toBe(marked);
    const cleared = suspect(marked, "two", -1);
    expect(cleared.crashes).toBe(1);
    expect(suspect(cleared, "two", -1)).toBe(cleared);
  });
});
