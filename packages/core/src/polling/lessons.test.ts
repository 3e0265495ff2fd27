import { expect, test } from "vitest";
import { queuedRecord, T0 } from "../../test/samples.ts";
import type { MessageRecord } from "../record.ts";
import type { Report } from "../report.ts";
import { lessonOf, routeNameOf } from "./lessons.ts";

const asked: MessageRecord = { ...queuedRecord(), state: "submitted", submittedAt: T0, checkedAt: T0 + 4000 };

function told(kind: Report["kind"], details?: Record<string, string>) {
  return {
    kind: "report",
    report: { kind, word: kind, ...(details === undefined ? {} : { details }) },
  } as const;
}

test("a message that is still pending was watched in vain since the last look", () => {
  expect(lessonOf(asked, told("sent"), T0 + 9000, 0.5)).toEqual({
    kind: "pending",
    fromAgeMs: 4000,
    toAgeMs: 9000,
  });
  const { checkedAt: _, ...first } = asked;
  expect(lessonOf(first, told("pending"), T0 + 9000, 0.5)).toMatchObject({ fromAgeMs: 0, toAgeMs: 9000 });
});

test("a final is learned with the time that its provider tells, and where it tells none, by chance", () => {
  const changedAt = new Date(T0 + 6000).toISOString();
  expect(lessonOf(asked, told("delivered", { changedAt }), T0 + 9000, 0.5)).toEqual({
    kind: "final",
    fromAgeMs: 4000,
    toAgeMs: 9000,
    finishedAgeMs: 6000,
    chance: 0.5,
    lagMs: 3000,
  });
  expect(lessonOf(asked, told("undelivered"), T0 + 9000, 0.5)).toMatchObject({
    finishedAgeMs: undefined,
    lagMs: undefined,
  });
});

test("nothing is learned without an answer, from a message that is not known, and from a word that nobody knows", () => {
  const nothing = { kind: "nothing" };
  expect(lessonOf(asked, { kind: "unavailable", reason: "http_500" }, T0 + 9000, 0.5)).toEqual(nothing);
  expect(lessonOf(asked, { kind: "absent" }, T0 + 9000, 0.5)).toEqual(nothing);
  expect(lessonOf(asked, undefined, T0 + 9000, 0.5)).toEqual(nothing);
  expect(lessonOf(asked, told("unmapped"), T0 + 9000, 0.5)).toEqual(nothing);
  expect(lessonOf({ ...asked, state: "unknown" }, told("sent"), T0 + 9000, 0.5)).toEqual(nothing);
});

test("a route is named by its accounts and channels", () => {
  expect(routeNameOf({ route: ["a", "b"], routeRule: ["3", "1"] })).toBe("a,b/3/1");
  expect(routeNameOf({ route: ["a"] })).toBe("a");
});
