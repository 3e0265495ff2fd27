import { expect, test } from "vitest";
import { acceptedMessage, isListed, statusAt, statusOfStep } from "./message.ts";
import { delivered, deliveredAfterAll, failed, neverReported, type Plan } from "./plan.ts";

const START = 1_000_000;

const messageWith = (plan: Plan, text = "Hi there") =>
  acceptedMessage(
    { phoneNumber: "09121111111", text, gatewayNumber: "1000" },
    { id: "71", batchId: undefined, at: START, plan, tomanPerPart: 100 },
  );

test.each<[string, Plan, string[]]>([
  ["delivered", delivered(1000), ["WAITING", "DELIVERED", "DELIVERED"]],
  ["blocked", failed(2000, "BLACKLIST"), ["WAITING", "WAITING", "BLACKLIST"]],
  ["delivered after all", deliveredAfterAll(1000, 2000), ["WAITING", "DELIVERY_FAILED", "DELIVERED"]],
  ["never reported", neverReported(), ["WAITING", "WAITING", "WAITING"]],
])("a message that is %s says so in time", (_, plan, words) => {
  const message = messageWith(plan);
  expect([999, 1000, 2000].map((ms) => statusAt(message, START + ms).word)).toEqual(words);
});

test.each([
  ["WAITING", 0],
  ["DELIVERED", 1],
  ["CHECK_OK", 2],
  ["DELIVERY_FAILED", 4],
  ["BLACKLIST", 5],
  ["ERROR", 9],
  ["CHECK_ERROR", 10],
])("%s comes with its documented number %i", (status, code) => {
  expect(statusOfStep({ status })).toEqual({ word: status, code });
});

test.each([
  ["a word of no document has no number", { status: "toString" }, { word: "toString" }],
  ["a step may give a word another number", { status: "ERROR", code: 1 }, { word: "ERROR", code: 1 }],
])("%s", (_, step, status) => {
  expect(statusOfStep(step)).toEqual(status);
});

test.each<[string, Plan, { finalStatus: string; finalAt?: number }]>([
  ["its last step", deliveredAfterAll(10, 20), { finalStatus: "DELIVERED", finalAt: START + 20 }],
  ["nothing that ever comes", neverReported(), { finalStatus: "WAITING" }],
])("the final status of a message is %s", (_, plan, final) => {
  const { finalStatus, finalAt } = messageWith(plan);
  expect(finalAt === undefined ? { finalStatus } : { finalStatus, finalAt }).toEqual(final);
});

test.each([
  ["160 Latin characters", "a".repeat(160), 1],
  ["161 Latin characters", "a".repeat(161), 2],
  ["70 Persian characters", "س".repeat(70), 1],
  ["135 Persian characters", "س".repeat(135), 3],
])("%s are paid for by the part", (_, text, parts) => {
  expect(messageWith(neverReported(), text)).toMatchObject({ parts, cost: parts * 100 });
});

test("a plan may say how many parts are paid for", () => {
  expect(messageWith({ steps: [], parts: 4 })).toMatchObject({ parts: 4, cost: 400 });
});

test("a message is listed once its plan lets it be", () => {
  const message = messageWith({ steps: [], listedAfterMs: 500 });
  expect([499, 500].map((ms) => isListed(message, START + ms))).toEqual([false, true]);
});
