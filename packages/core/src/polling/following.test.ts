import { expect, test } from "vitest";
import { begun, queuedRecord, T0, TERMS } from "../../test/samples.ts";
import { apply } from "../apply.ts";
import { Settings } from "../config.ts";
import { applyFinding } from "../finding.ts";
import type { MessageRecord } from "../record.ts";
import { pollTermsOf } from "./account-terms.ts";
import { dueOfScore } from "./due-score.ts";
import { type Following, nextLook } from "./following.ts";

const CHECK = { ...Settings.parse({}).check, horizonMs: TERMS.horizonMs };
const FOLLOWING: Following = { poll: pollTermsOf(CHECK, 1), learnedOf: () => ({ silence: 1 }) };

const submitted: MessageRecord = apply(begun(queuedRecord()), {
  type: "outcome",
  at: T0,
  attempt: 1,
  outcome: { kind: "accepted", providerId: "P" },
  terms: TERMS,
  chance: 0.5,
});

test("the score says when the message is looked at, and how long it will have waited", () => {
  const score = nextLook(submitted, T0 + 10_000, FOLLOWING, 0.5) ?? Number.NaN;
  const { dueAt, gapMs } = dueOfScore(score);
  expect(dueAt - T0 - 10_000).toBeGreaterThan(1000);
  expect(gapMs / (dueAt - T0 - 10_000)).toBeCloseTo(1, 2);
});

test("the last look comes a minute before the horizon and waits for no company, and after it only the deadline counts", () => {
  const lastAt = T0 + TERMS.horizonMs - 60_000;
  expect(nextLook(submitted, lastAt - 1000, FOLLOWING, 0.5)).toBe(lastAt);
  expect(nextLook(submitted, lastAt + 10, FOLLOWING, 0.5)).toBe(submitted.deadlineAt + 60_000);
  const over = apply(submitted, { type: "timer", at: submitted.deadlineAt, terms: TERMS });
  expect(over.state).toBe("unknown");
  expect(nextLook(over, submitted.deadlineAt, FOLLOWING, 0.5)).toBeUndefined();
});

test("an account's own price of a lane goes before the usual one, field by field", () => {
  const lanes = { urgent: { latenessMs: 100 }, bulk: { fadeMs: 7 } };
  const usual = pollTermsOf(CHECK, 32).prices;
  const { prices } = pollTermsOf({ ...CHECK, lanes }, 32);
  expect(prices).toEqual({
    urgent: { latenessMs: 100, fadeMs: usual.urgent.fadeMs },
    normal: usual.normal,
    bulk: { latenessMs: usual.bulk.latenessMs, fadeMs: 7 },
  });
});

test("a request that brought no answer counts, and is no look at the message", () => {
  const now = { at: T0 + 5000, terms: TERMS, following: FOLLOWING, chance: 0.5 };
  const { after } = applyFinding(submitted, submitted, { kind: "unavailable", reason: "http_500" }, now);
  expect(after).toMatchObject({ checks: 1 });
  expect(after.checkedAt).toBeUndefined();
  const report = { kind: "pending", word: "w" } as const;
  const answered = applyFinding(after, after, { kind: "report", report }, now).after;
  expect(answered).toMatchObject({ checks: 2, checkedAt: T0 + 5000 });
});
