import { expect, test } from "vitest";
import { DEFAULT_CONTRACT } from "./contract.ts";
import { readSend, refusalOf, type SendRequest } from "./send.ts";
import { START } from "./test-bench.ts";

const right = { channel: "sms", sender: "Hermod", text: "Code", number: "79000000001" } as const;
const message = { type_send_1: "sms", sender: "Hermod", text: "Code" };
const phone = { phone: 79000000001, client_id_sms: 12345, validity_period: "2021-04-26 15:15:03" };
const rules = {
  ...DEFAULT_CONTRACT,
  senders: { Hermod: "approved", New: "unapproved" },
  forbiddenText: /casino/,
  closedDirections: ["790001"],
} as const;

test("a request in the default envelope is read whole", () => {
  const request = { message: [{ ...message, phones: [phone, { phone: "79000000002" }] }] };
  expect(readSend(request, DEFAULT_CONTRACT)).toEqual([
    { ...right, clientReference: 12345, validUntil: START },
    { ...right, number: "79000000002" },
  ]);
});

test("several messages are read in order", () => {
  const request = { message: [1, 2].map((n) => ({ ...message, text: `${n}`, phones: [phone] })) };
  expect(readSend(request, DEFAULT_CONTRACT)?.map(({ text }) => text)).toEqual(["1", "2"]);
});

test("another envelope is read when the contract says so, and then the default is not", () => {
  const reading = {
    ...DEFAULT_CONTRACT,
    envelope: { request: "object", message: "object", phones: "object" },
  } as const;
  const flat = { message: { ...message, phones: phone } };
  expect(readSend(flat, reading)).toHaveLength(1);
  expect(readSend(flat, DEFAULT_CONTRACT)).toBeUndefined();
  expect(readSend({ message: [{ ...message, phones: [phone] }] }, reading)).toBeUndefined();
});

test.each([
  ["no message", {}, undefined],
  ["no phones", { phones: [] }, undefined],
  ["no kind of message", { type_send_1: undefined }, {}],
  ["an unknown kind of message", { type_send_1: "fax" }, {}],
  ["a text that is none", { text: 5 }, {}],
  ["a phone that is a fraction", {}, { phone: 1.5 }],
  ["a client id that is text", {}, { client_id_sms: "12345" }],
  ["a client id of zero", {}, { client_id_sms: 0 }],
  ["a client id beyond 32 bits", {}, { client_id_sms: 2_147_483_648 }],
  ["a validity without seconds", {}, { validity_period: "2021-04-26 15:15" }],
  ["a validity that is a number", {}, { validity_period: START }],
])("%s is not the documented form", (_, change, recipient) => {
  const phones = recipient === undefined ? {} : { phones: [{ ...phone, ...recipient }] };
  expect(readSend({ message: [{ ...message, ...phones, ...change }] }, DEFAULT_CONTRACT)).toBeUndefined();
});

test("a message that follows the documents is not refused", () => {
  expect(refusalOf(right, rules, new Set())).toBeUndefined();
});

test.each<[string, Partial<SendRequest>, string]>([
  ["no number", { number: "" }, "noPhone"],
  ["a number of 15 digits", { number: "790000000012345" }, "phoneTooLong"],
  ["a number with a plus", { number: "+79000000001" }, "closedForYou"],
  ["a number too short for any country", { number: "9000001" }, "closedForYou"],
  ["a direction that is closed", { number: "79000123456" }, "closed"],
  ["a number on the stop list", { number: "79000000009" }, "stopList"],
  ["no sender", { sender: "" }, "noSender"],
  ["a sender of 12 letters", { sender: "HermodHermod" }, "senderTooLong"],
  ["a sender of 16 digits", { sender: "1234567890123456" }, "senderTooLong"],
  ["a sender nobody knows", { sender: "Other" }, "unknownSender"],
  ["a sender named like a property of objects", { sender: "toString" }, "unknownSender"],
  ["a sender that is not approved", { sender: "New" }, "unapprovedSender"],
  ["no text", { text: "" }, "noText"],
  ["a text the moderator turns down", { text: "casino" }, "moderated"],
])("%s is refused", (_, change, error) => {
  expect(refusalOf({ ...right, ...change }, rules, new Set(["79000000009"]))).toBe(error);
});
