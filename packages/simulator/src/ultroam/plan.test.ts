import { expect, test } from "vitest";
import { randomFor } from "../random.ts";
import { acceptedMessage, reportsOf, standingAt } from "./message.ts";
import { delivered, failed, mixedPlan, neverReported, neverSent, type Plan, undelivered } from "./plan.ts";

const request = { number: "10086", text: "a".repeat(71), encoding: "unicode", requestsReport: true } as const;
const LEFT = 5_000;

const messageWith = (plan: Plan, requestsReport = true) =>
  acceptedMessage({ ...request, requestsReport }, { order: 1, taskId: 1, at: 0, port: 0, refId: 255, plan });

test.each<[string, Plan, string[], number]>([
  ["delivered", delivered(1000), ["SENDING", "SENT_OK", "DELIVERED"], 2],
  ["failed", failed(1000), ["SENDING", "SENDING", "FAILED"], 0],
  ["failed after a segment", failed(1000, 1), ["SENDING", "SENDING", "FAILED"], 1],
  [
    "failed without a count",
    { steps: [{ afterMs: 1000, status: "FAILED" }] },
    ["SENDING", "SENDING", "FAILED"],
    0,
  ],
  ["undelivered", undelivered(1000, 70), ["SENDING", "SENT_OK", "FAILED"], 2],
  ["never reported", neverReported(1000), ["SENDING", "SENDING", "SENT_OK"], 2],
  ["never sent", neverSent(), ["SENDING", "SENDING", "SENDING"], 0],
])("a message that is %s says so in time", (_, plan, words, succCount) => {
  const message = messageWith(plan);
  const seen = [499, 500, 1000].map((ms) => standingAt(message, LEFT, LEFT + ms));
  expect(seen.map(({ status }) => status)).toEqual(words);
  expect(seen.at(-1)?.succCount).toBe(succCount);
  expect(message.finalStatus).toBe(words.at(-1));
});

test.each([
  [delivered(1000), "SENT_OK"],
  [undelivered(1000, 70), "SENT_OK"],
  [failed(1000), "FAILED"],
])("a message that asked for no reports ends where the box alone can know: %j", (plan, finalStatus) => {
  expect(messageWith(plan, false).finalStatus).toBe(finalStatus);
});

test("every segment has a report, with references that wrap at 256", () => {
  const message = messageWith(undelivered(1000, 70));
  expect(message.plan.steps.flatMap((step) => reportsOf(message, step))).toEqual([
    { refId: 255, statusCode: 70 },
    { refId: 0, statusCode: 70 },
  ]);
});

test("the mix delivers most, and leaves some at every other end", () => {
  const ends: Record<string, number> = {};
  for (let n = 0; n < 1000; n++) {
    const { finalStatus } = messageWith(mixedPlan(request, randomFor(1, "plan", n)));
    ends[finalStatus] = (ends[finalStatus] ?? 0) + 1;
  }
  expect(Object.keys(ends).sort()).toEqual(["DELIVERED", "FAILED", "SENT_OK"]);
  expect(ends["DELIVERED"]).toBeGreaterThan(800);
});
