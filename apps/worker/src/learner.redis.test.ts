import type { Finding } from "@hermod/core/finding";
import { nextGapMs, TRUSTED_FINALS } from "@hermod/core/polling/gap";
import type { MessageRecord } from "@hermod/core/record";
import { expect, test } from "vitest";
import { openedAccount } from "../test/opened-account.ts";
import { openLearner } from "./learner.ts";

const DELIVERED: Finding = { kind: "report", report: { kind: "delivered", word: "delivered" } };
const PENDING: Finding = { kind: "report", report: { kind: "pending", word: "sent" } };

/** A message that is asked about at 59 s in vain, and found delivered at 60 s. */
function watched(learner: ReturnType<typeof openLearner>, record: MessageRecord): void {
  const submittedAt = 1_000_000;
  const sent: MessageRecord = { ...record, state: "submitted", submittedAt };
  learner.heard([sent], new Map([[record.id, PENDING]]), submittedAt + 59_000);
  const later = { ...sent, checkedAt: submittedAt + 59_000 };
  learner.heard([later], new Map([[record.id, DELIVERED]]), submittedAt + 60_000);
}

test("the formula serves until a route has a hundred finals; then all processes wait for the time that it takes", async () => {
  await using opened = await openedAccount();
  const { broker, following } = opened.context;
  const [id = ""] = await opened.store(1);
  const record = await opened.recordOf(id);
  const [one, other] = [1, 2].map(() => openLearner(broker.learning, "main", () => 0.5));
  if (one === undefined || other === undefined) throw new Error("no learners");
  const gapMs = (learner: typeof one) => {
    const terms = { ...following.poll, maxMs: 600_000, horizonMs: 86_400_000 };
    return nextGapMs({ ageMs: 0, lane: "normal" }, terms, learner.learnedOf(record), 0.5) ?? 0;
  };
  for (let n = 0; n < TRUSTED_FINALS - 1; n += 1) watched(one, record);
  await one.flush();
  await other.reload();
  expect(gapMs(other)).toBeLessThan(5000);
  for (let n = 0; n < 20; n += 1) watched(one, record);
  await one.flush();
  await other.reload();
  expect(gapMs(other)).toBeGreaterThan(15_000);
  expect(gapMs(one) / gapMs(other)).toBeCloseTo(1, 0);
});

test("what is handed over is handed over once, and nothing is asked of Redis that learned nothing", async () => {
  await using opened = await openedAccount();
  const { broker } = opened.context;
  const [id = ""] = await opened.store(1);
  const record = await opened.recordOf(id);
  const learner = openLearner(broker.learning, "main", () => 0.5);
  watched(learner, record);
  await learner.flush();
  await learner.flush();
  const [sketch] = (await broker.learning.routes("main")).values();
  expect(sketch?.finals).toBe(1);
});
