import { expect, test } from "vitest";
import { type Rules, readSend } from "./send.ts";
import { DEFAULT_CONTRACT } from "./server.ts";

const rules: Rules = DEFAULT_CONTRACT;
const [line, dedicated] = DEFAULT_CONTRACT.gateways;
const single = { message: "Hi there", phoneNumber: "09121111111" };
const batch = { message: "Hi there", phoneNumbers: ["09121111111", "09122222222"] };
const p2p = { messages: ["one", "two"], phoneNumbers: batch.phoneNumbers };
const manyNumbers = (count: number) =>
  Array.from({ length: count }, (_, n) => `0912${String(n).padStart(7, "0")}`);

test.each([
  ["single", single, [["09121111111", "Hi there"]]],
  [
    "batch",
    batch,
    [
      ["09121111111", "Hi there"],
      ["09122222222", "Hi there"],
    ],
  ],
  [
    "p2p",
    p2p,
    [
      ["09121111111", "one"],
      ["09122222222", "two"],
    ],
  ],
] as const)("a %s is read as its recipients, on the default line", (call, fields, pairs) => {
  const messages = pairs.map(([phoneNumber, text]) => ({ phoneNumber, text, gatewayNumber: line }));
  expect(readSend(call, fields, rules)).toEqual({ kind: "messages", messages });
});

test("a gateway number of the customer is the line", () => {
  const reading = readSend("single", { ...single, gatewayNumber: dedicated }, rules);
  expect(reading).toMatchObject({ messages: [{ gatewayNumber: dedicated }] });
});

test("a hundred numbers are taken", () => {
  const reading = readSend("batch", { ...batch, phoneNumbers: manyNumbers(100) }, rules);
  expect(reading).toMatchObject({ kind: "messages", messages: { length: 100 } });
});

test.each([
  ["no text", "single", { ...single, message: undefined }, "InvalidRequest"],
  ["an empty text", "single", { ...single, message: "" }, "InvalidRequest"],
  ["no number", "single", { ...single, phoneNumber: undefined }, "InvalidRequest"],
  ["a number that is a JSON number", "single", { ...single, phoneNumber: 9121111111 }, "InvalidRequest"],
  ["an international number", "single", { ...single, phoneNumber: "+989121111111" }, "InvalidRequest"],
  ["a gateway number that is no text", "single", { ...single, gatewayNumber: 1 }, "InvalidRequest"],
  ["a gateway number of someone else", "single", { ...single, gatewayNumber: "5000" }, "InvalidGateway"],
  ["no numbers", "batch", { ...batch, phoneNumbers: [] }, "InvalidRequest"],
  ["one number in place of many", "batch", { ...batch, phoneNumbers: "09121111111" }, "InvalidRequest"],
  ["101 numbers", "batch", { ...batch, phoneNumbers: manyNumbers(101) }, "InvalidRequest"],
  [
    "one wrong number among right ones",
    "batch",
    { ...batch, phoneNumbers: ["09121111111", "12"] },
    "InvalidRequest",
  ],
  ["texts where one is meant", "batch", p2p, "InvalidRequest"],
  ["more numbers than texts", "p2p", { ...p2p, messages: ["one"] }, "InvalidRequest"],
  ["an empty text among others", "p2p", { ...p2p, messages: ["one", ""] }, "InvalidRequest"],
] as const)("%s is refused", (_, call, fields, code) => {
  expect(readSend(call, fields, rules)).toEqual({ kind: "refused", code });
});

test("a wrong number is refused by the code of the contract", () => {
  const reading = readSend(
    "single",
    { ...single, phoneNumber: "12" },
    { ...rules, wrongNumber: "InvalidPhoneNumber" },
  );
  expect(reading).toEqual({ kind: "refused", code: "InvalidPhoneNumber" });
});

test("a wrong number is taken when the contract says so", () => {
  const reading = readSend("single", { ...single, phoneNumber: "12" }, { ...rules, wrongNumber: "taken" });
  expect(reading).toMatchObject({ messages: [{ phoneNumber: "12" }] });
});

test.each([
  ["each", ["one", "two"]],
  ["first", ["one"]],
] as const)("of a number named twice, the contract takes %s", (duplicates, texts) => {
  const fields = { ...p2p, phoneNumbers: ["09121111111", "09121111111"] };
  const reading = readSend("p2p", fields, { ...rules, duplicates });
  expect(reading).toMatchObject({ messages: texts.map((text) => ({ text })) });
});
