import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { bitel } from "./index.ts";
import { readPush } from "./push.ts";

const ID = "7123c2cec14c43ac944553f15f3aab18";
const EVENT = {
  requestId: ID,
  batchId: "B1",
  balanceSubtracted: 100,
  cause: "",
  smsCount: 2,
  requestDate: 1542434545,
  deliveryStatus: "DELIVERED",
};
const REPORT = {
  providerId: ID,
  batchId: "B1",
  report: {
    kind: "delivered",
    word: "DELIVERED",
    parts: 2,
    cost: "100",
    details: { deliveryStatus: "DELIVERED" },
  },
};
const form = (fields: object) =>
  new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)])).toString();
const event = (more: object) => JSON.stringify({ requestId: ID, deliveryStatus: 1, ...more });

describe("an event is read in each form that the documents leave open", () => {
  test.each([
    ["JSON", JSON.stringify(EVENT)],
    ["a form", form(EVENT)],
    ["a form that ends in a line break", `${form(EVENT)}\n`],
    ["wrapped", JSON.stringify({ result: EVENT, error: null })],
    [
      "keys in other letters",
      JSON.stringify(EVENT).replace("requestId", "RequestId").replace("smsCount", "smscount"),
    ],
    ["counts as texts", JSON.stringify({ ...EVENT, smsCount: "2", balanceSubtracted: "100" })],
  ])("%s", (_, body) => expect(readPush(body)).toMatchObject({ kind: "reports", reports: [REPORT] }));

  test.each([
    [1, "delivered"],
    ["1", "delivered"],
    [2, "sent"],
    [4, "pending"],
    ["DELIVERY_FAILED", "pending"],
    ["BLACKLIST", "undelivered"],
    [9, "undelivered"],
    [10, "undelivered"],
    [7, "unmapped"],
    ["SEEN", "unmapped"],
  ])("the status %j", (deliveryStatus, kind) =>
    expect(readPush(event({ deliveryStatus }))).toMatchObject({ reports: [{ report: { kind } }] }),
  );

  test("a whole number is told, a masked one is not", () => {
    expect(readPush(event({ phoneNumber: "09121234567" }))).toMatchObject({
      reports: [{ to: "+989121234567" }],
    });
    expect(readPush(event({ phoneNumber: "0912*******" }))).not.toHaveProperty("reports.0.to");
  });

  test("an event of a batch alone names the batch", () => {
    const push = readPush(JSON.stringify({ batchId: "B1", deliveryStatus: 1 }));
    expect(push).toMatchObject({ reports: [{ batchId: "B1", report: { kind: "delivered" } }] });
    expect(push).not.toHaveProperty("reports.0.providerId");
  });

  test("an event without a status says no more than that the message is there", () => {
    expect(readPush(JSON.stringify({ requestId: ID, smsCount: 1 }))).toMatchObject({
      reports: [{ report: { kind: "pending" } }],
    });
  });
});

test("an event is acknowledged with 200, whatever of it is stored", () => {
  const push = readPush(JSON.stringify(EVENT));
  const answer = { status: 200, contentType: "application/json", body: "{}" };
  expect(push.kind === "reports" && push.acknowledge([])).toEqual(answer);
});

test.each([
  ["nothing", "", "not_understood"],
  ["HTML", "<html>", "not_understood"],
  ["cut JSON", '{"requestId":"', "not_understood"],
  ["a list", `[${event({})}]`, "not_understood"],
  ["a text", '"DELIVERED"', "not_understood"],
  ["a form that says a thing twice", "requestId=a&requestId=b&deliveryStatus=1", "not_understood"],
  ["two names that become one", '{"requestId":"a","RequestID":"b","deliveryStatus":1}', "not_understood"],
  ["no id", '{"deliveryStatus":1}', "no_id"],
  ["an id that is none", '{"requestId":"a/../b","deliveryStatus":1}', "no_id"],
  ["a status of another type", `{"requestId":"${ID}","deliveryStatus":{"word":1}}`, "no_status"],
  ["30,000 brackets", `${"[".repeat(30_000)}${"]".repeat(30_000)}`, "not_understood"],
])("what cannot be read is no report: %s", (_, body, why) =>
  expect(readPush(body)).toEqual({ kind: "unreadable", why }),
);

test("neither number nor text is kept of an event, wherever they stand", () => {
  for (const hidden of ["09121234567", "Your code is 482913"]) {
    const names = [
      "message",
      "text",
      "cause",
      "deliveryStatus",
      "statusText",
      "smsCount",
      "balanceSubtracted",
    ];
    const push = readPush(event(Object.fromEntries(names.map((name) => [name, hidden]))));
    expect(inspect(push, { depth: 9 })).not.toMatch(/9121234567|482913/);
  }
});

test("an account reads pushes", async () => {
  const account = bitel.account.parse({ provider: "bitel", baseUrl: "https://a.example", token: "t" });
  await using provider = bitel.open(account);
  expect(provider.readPush?.(JSON.stringify(EVENT))).toMatchObject({ reports: [REPORT] });
});
