import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { begun, queuedRecord, T0, TERMS } from "../test/samples.ts";
import { apply } from "./apply.ts";
import { pollTermsOf } from "./polling/account-terms.ts";
import type { Following } from "./polling/following.ts";
import { applyPushed, identityOf, newIdentities } from "./pushed.ts";
import type { MessageRecord } from "./record.ts";
import type { Report } from "./report.ts";
import { isFinal } from "./state.ts";

const ACCOUNT = "etelecom-main";
const CHECK = { minMs: 1000, maxMs: 60_000, horizonMs: TERMS.horizonMs, economy: false, lanes: {} };
const FOLLOWING: Following = { poll: pollTermsOf(CHECK, 1), learnedOf: () => ({ silence: 1 }) };
const NOW = { terms: TERMS, following: FOLLOWING, chance: 0.5 };

const submitted = acceptedAs(begun(queuedRecord()), "P");

function acceptedAs(record: MessageRecord, providerId: string): MessageRecord {
  const outcome = { kind: "accepted", providerId } as const;
  return apply(record, {
    type: "outcome",
    at: T0,
    attempt: record.attempt,
    outcome,
    terms: TERMS,
    chance: 0,
  });
}

function pushed(record: MessageRecord, kind: Report["kind"], trusted = true, account = ACCOUNT) {
  return applyPushed(record, { account, report: { kind, word: kind }, trusted }, { at: T0 + 500, ...NOW });
}

const KINDS = ["pending", "sent", "delivered", "read", "unmapped"] as const;
const evidence = fc.array(fc.constantFrom(...KINDS), { minLength: 1, maxLength: 8 });

function all(kinds: readonly Report["kind"][], record = submitted): MessageRecord {
  return kinds.reduce((before, kind) => pushed(before, kind).after, record);
}

test("pushes end in the same state in every order and however often they come", () => {
  fc.assert(
    fc.property(
      evidence.chain((once) =>
        fc.record({
          once: fc.constant(once),
          again: fc
            .array(fc.constantFrom(...once), { maxLength: 30 })
            .chain((more) =>
              fc.shuffledSubarray([...once, ...more], { minLength: once.length + more.length }),
            ),
        }),
      ),
      ({ once, again }) => {
        const { state, anomalies } = all(again);
        expect({ state, anomalies }).toEqual({ state: all(once).state, anomalies: all(once).anomalies });
      },
    ),
  );
});

test("what was pushed before changes nothing, a million times over", () => {
  const record = all(["sent", "delivered"]);
  let now = record;
  for (let count = 0; count < 1_000_000; count += 1) now = pushed(now, "delivered").after;
  expect(now).toBe(record);
});

describe("without trust", () => {
  test("no push makes a message final, whatever it says and wherever the message stands", () => {
    const states = [queuedRecord(), begun(queuedRecord()), submitted, all(["sent"])];
    const any = fc.constantFrom(...KINDS, "undelivered" as const, "rejected" as const, "expired" as const);
    fc.assert(
      fc.property(fc.constantFrom(...states), fc.array(any), (start, kinds) => {
        const end = kinds.reduce((before, kind) => pushed(before, kind, false).after, start);
        expect(isFinal(end.state)).toBe(false);
      }),
    );
  });

  test("a final state is a reason to ask at once, and once in the shortest wait at most", () => {
    expect(pushed(submitted, "delivered", false)).toEqual({
      kind: "asks",
      after: submitted,
      dueAt: T0 + 500,
    });
    const asked = { ...submitted, checkedAt: T0 + 400 };
    expect(pushed(asked, "delivered", false).dueAt).toBe(T0 + 1400);
  });

  test("a failure that may not be the last word is one to ask about, too", () => {
    const report = { kind: "pending", word: "DELIVERY_FAILED", tentative: "undelivered" } as const;
    const effect = applyPushed(submitted, { account: ACCOUNT, report, trusted: false }, { at: T0, ...NOW });
    expect(effect).toMatchObject({ kind: "asks", after: submitted });
  });

  test("what comes while the request is on the wire waits for its answer", () => {
    expect(pushed(begun(queuedRecord()), "delivered", false).kind).toBe("waits");
  });

  test("news on the way count", () => {
    expect(pushed(submitted, "sent", false)).toMatchObject({ kind: "applied", after: { state: "sent" } });
  });
});

describe("of an account that the message has left", () => {
  const elsewhere = { ...submitted, attempts: [{ n: 1, account: "other", verdict: "accepted" as const }] };

  test("an arrival counts", () => {
    expect(pushed(elsewhere, "delivered")).toMatchObject({ kind: "applied", after: { state: "delivered" } });
  });

  test("a failure does not", () => {
    expect(pushed(elsewhere, "undelivered")).toMatchObject({ kind: "nothing", after: elsewhere });
  });
});

describe("the names of a message", () => {
  test("become known with the change that brings them, and only with that", () => {
    const sending = { ...begun(queuedRecord()), references: { [ACCOUNT]: 7 } };
    const taken = acceptedAs(sending, "P");
    const names = (before: MessageRecord, after: MessageRecord) =>
      newIdentities(before, after).map(({ account, identity }) => `${account} ${identity}`);
    expect(names(queuedRecord(), sending)).toEqual([`${ACCOUNT} r7`]);
    expect(names(sending, taken)).toEqual([`${ACCOUNT} iP`, `${ACCOUNT} r7`]);
    expect(names(taken, all(["delivered"], taken))).toEqual([]);
  });

  test("are never taken for one another, and never endless", () => {
    expect(identityOf({ providerId: "7" })).not.toBe(identityOf({ reference: 7 }));
    expect(identityOf({ providerId: "x".repeat(1000) })).toBeUndefined();
    expect(identityOf({})).toBeUndefined();
  });
});
