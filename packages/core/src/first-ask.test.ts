import { expect, test } from "vitest";
import { begun, queuedRecord, T0, TERMS } from "../test/samples.ts";
import { apply } from "./apply.ts";
import { firstAskAt } from "./first-ask.ts";
import type { Outcome } from "./outcome.ts";
import { pollTermsOf } from "./polling/account-terms.ts";
import type { Following } from "./polling/following.ts";
import type { MessageRecord } from "./record.ts";
import type { Report } from "./report.ts";
import type { Terms } from "./terms.ts";

const CHECK = { minMs: 1000, maxMs: 1000, horizonMs: 3_600_000, economy: false, lanes: {} };
const FOLLOWING: Following = { poll: pollTermsOf(CHECK, 1), learnedOf: () => ({ silence: 1 }) };
const ASK: Terms = { ...TERMS, resolution: "ask" };
const REPEAT: Terms = { ...TERMS, resolution: "repeat" };
const ACCEPTED: Outcome = { kind: "accepted", providerId: "P" };
const LOST: Outcome = { kind: "maybeSent", phase: "headers", evidence: "reset" };

const first = apply(queuedRecord(), { type: "begin", at: T0, owner: "w", terms: ASK, reference: 7 });

function ended(record: MessageRecord, attempt: number, outcome: Outcome, terms: Terms): MessageRecord {
  return apply(record, { type: "outcome", at: T0, attempt, outcome, terms, chance: 0.5 });
}

function reported(record: MessageRecord, kind: Report["kind"], terms: Terms): MessageRecord {
  return apply(record, { type: "report", at: T0, report: { kind, word: kind }, terms });
}

function askedFirstAt(before: MessageRecord, after: MessageRecord, terms: Terms): number | undefined {
  const dueAt = firstAskAt(before, after, { at: T0, terms, following: FOLLOWING, chance: 0.5 });
  return dueAt && Math.floor(dueAt);
}

test("a message that was taken is asked about when that is worth it, one in doubt after the settling time", () => {
  expect(askedFirstAt(first, ended(first, 1, ACCEPTED, TERMS), TERMS)).toBe(T0 + 1000);
  expect(askedFirstAt(first, ended(first, 1, LOST, ASK), ASK)).toBe(T0 + ASK.settleMs);
});

test("nobody is asked where there is nothing to ask by, and nobody twice because of one thing", () => {
  const withoutId = ended(begun(queuedRecord()), 1, { kind: "accepted" }, TERMS);
  expect(askedFirstAt(first, withoutId, TERMS)).toBeUndefined();
  expect(askedFirstAt(first, ended(first, 1, LOST, TERMS), TERMS)).toBeUndefined();
  const taken = ended(first, 1, ACCEPTED, TERMS);
  expect(askedFirstAt(taken, reported(taken, "sent", TERMS), TERMS)).toBeUndefined();
});

test("an id that a late answer brings is what the provider is asked by", () => {
  const doubted = ended(first, 1, LOST, REPEAT);
  const again = apply(doubted, { type: "begin", at: doubted.releaseAt, owner: "w", terms: REPEAT });
  const withoutId = ended(again, 2, { kind: "accepted" }, REPEAT);
  expect(askedFirstAt(again, withoutId, REPEAT)).toBeUndefined();
  expect(askedFirstAt(withoutId, ended(withoutId, 1, ACCEPTED, REPEAT), REPEAT)).toBe(T0 + 1000);
});

test("when another account turns out to have it first, that one is asked from then on", () => {
  const attempts = [
    { n: 1, account: "first", verdict: "maybeSent" },
    { n: 2, account: "second", verdict: "accepted", providerId: "B" },
  ] as const;
  const followed: MessageRecord = { ...ended(first, 1, ACCEPTED, TERMS), account: "second", attempts };
  const both = ended(followed, 1, { kind: "accepted", providerId: "A" }, TERMS);
  expect(askedFirstAt(followed, both, TERMS)).toBe(T0 + 1000);
});

test("a report that comes before the answer leaves a message to ask about, whether the answer comes or not", () => {
  const early = reported(first, "pending", ASK);
  expect(askedFirstAt(first, early, ASK)).toBe(T0 + ASK.settleMs);
  const lost = ended(early, 1, LOST, ASK);
  expect(lost.state).toBe("submitted");
  expect(askedFirstAt(early, lost, ASK)).toBe(T0 + ASK.settleMs);
  const found = ended(lost, 1, ACCEPTED, ASK);
  expect(askedFirstAt(lost, found, ASK)).toBe(T0 + 1000);
});
