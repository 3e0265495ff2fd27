import { expect, test } from "vitest";
import { detailItem, type Quirks, requestIdAnswer, sentItem } from "./answers.ts";
import { acceptedMessage } from "./message.ts";
import { delivered } from "./plan.ts";
import type { ApiVersion } from "./routes.ts";

/** The time and the id of the document's example. */
const START = 1542434545_000;
const id = "7123c2cec14c43ac944553f15f3aab18";
const message = acceptedMessage(
  { phoneNumber: "09121111111", text: "Hi there", gatewayNumber: "1000" },
  { id, batchId: undefined, at: START + 700, plan: delivered(1000), tomanPerPart: 14 },
);
const about = { phoneNumber: "09121111111", requestDate: 1542434545 };
const example = { id, message: "Hi there", ...about, result: "ok" };
const table = { Id: id, text: "Hi there", ...about };
const paid = { smsCount: 1, balanceSubtracted: 14 };

test.each<[ApiVersion, Quirks["detail"], object]>([
  ["v1", "joined", { ...example, deliveryStatus: "DELIVERED", deliveryStatusCode: 1, ...paid }],
  ["v1", "example", { ...example, ...paid }],
  ["v1", "table", { ...table, deliveryStatus: "DELIVERED", deliveryStatusCode: 1, ...paid }],
  ["v2", "joined", { ...example, status: "DELIVERED", statusCode: 1, smsCount: 1, price: -14 }],
  ["v2", "example", { ...example, ...paid }],
  ["v2", "table", { ...table, status: "DELIVERED", statusCode: 1, smsCount: 1, price: -14 }],
])("a detail of %s has the keys of the %s", (version, detail = "joined", item) => {
  expect(detailItem(message, START + 2000, version, { detail })).toEqual(item);
});

test("a detail joins example and table unless told otherwise", () => {
  expect(detailItem(message, START + 2000, "v1", {})).toMatchObject({ result: "ok", deliveryStatusCode: 1 });
});

test("a waiting message costs v2 nothing yet", () => {
  expect(detailItem(message, START + 1000, "v2", {})).toMatchObject({ statusCode: 0, price: 0 });
});

test("a number is masked as printed when asked to", () => {
  const phones = { phones: "masked" } as const;
  for (const item of [sentItem(message, phones), detailItem(message, START, "v1", phones)])
    expect(item).toMatchObject({ phoneNumber: "0912*******" });
});

test("the answer to a single send has the comma of the document when asked to", () => {
  expect(requestIdAnswer(id, { trailingComma: true }).body).toBe(
    `{"result":{"requestId":"${id}",},"error":null}`,
  );
  expect(JSON.parse(requestIdAnswer(id, {}).body)).toEqual({ result: { requestId: id }, error: null });
});
