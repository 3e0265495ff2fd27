import { expect, test } from "vitest";
import { readSend } from "./send.ts";
import { DEFAULT_CONTRACT } from "./server.ts";

const read = (fields: object) =>
  readSend({ text: "Hello", param: [{ number: "84836106872", user_id: 1 }], ...fields }, DEFAULT_CONTRACT);

const recipients = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ number: "10086", user_id: n }));

test("a request is read recipient by recipient, with what holds when nothing is said", () => {
  const param = [
    { number: "10086", text_param: ["a"], user_id: 1 },
    { number: "+84836106872", text_param: ["b"] },
    { number: "10086", text_param: ["c"], user_id: 2 },
  ];
  const common = { encoding: "unicode", requestsReport: true };
  expect(read({ text: "#param#!", param })).toEqual({
    kind: "messages",
    messages: [
      { number: "10086", text: "a!", userId: 1, ...common },
      { number: "+84836106872", text: "b!", ...common },
      { number: "10086", text: "c!", userId: 2, ...common },
    ],
    ports: undefined,
  });
});

test("ports, encoding and the wish for reports are read", () => {
  expect(read({ port: [0, 31], encoding: "gsm-7bit", request_status_report: false })).toMatchObject({
    ports: [0, 31],
    messages: [{ encoding: "gsm-7bit", requestsReport: false }],
  });
});

test("an unknown encoding is unicode", () => {
  expect(read({ encoding: "utf-8" })).toMatchObject({ messages: [{ encoding: "unicode" }] });
});

test.each<[400 | 413, string, object]>([
  [400, "no text", { text: undefined }],
  [400, "an empty text", { text: "" }],
  [400, "no recipients", { param: [] }],
  [400, "a recipient that is no object", { param: ["10086"] }],
  [400, "a number that is no text", { param: [{ number: 10086 }] }],
  [400, "a number with letters", { param: [{ number: "1008a" }] }],
  [400, "a number of 25 bytes", { param: [{ number: "1".repeat(25) }] }],
  [400, "one bad number among good ones", { param: [{ number: "10086" }, { number: "" }] }],
  [400, "a user_id that is text", { param: [{ number: "10086", user_id: "1" }] }],
  [400, "a negative user_id", { param: [{ number: "10086", user_id: -1 }] }],
  [400, "a user_id beyond 31 bits", { param: [{ number: "10086", user_id: 2_147_483_648 }] }],
  [400, "a text_param that is no list", { param: [{ number: "10086", text_param: "a" }] }],
  [400, "port 32", { port: [32] }],
  [400, "a port that is no list", { port: 1 }],
  [400, "an encoding that is no text", { encoding: 7 }],
  [400, "a wish for reports that is no boolean", { request_status_report: "yes" }],
  [413, "129 recipients", { param: recipients(129) }],
  [413, "1501 bytes", { text: `${"€".repeat(500)}a` }],
  [413, "671 characters", { text: "a".repeat(671) }],
  [
    413,
    "671 characters after substitution",
    { text: "#param#", param: [{ number: "1", text_param: ["a".repeat(671)] }] },
  ],
])("code %i is for %s", (code, _, fields) => {
  expect(read(fields)).toEqual({ kind: "refused", code });
});

test.each([
  ["128 recipients", { param: recipients(128) }],
  ["1500 bytes", { text: "€".repeat(500) }],
  ["670 characters", { text: "a".repeat(670) }],
  ["a number of 24 bytes", { param: [{ number: "1".repeat(24) }] }],
  ["a user_id of 31 bits", { param: [{ number: "1", user_id: 2_147_483_647 }] }],
])("%s are taken", (_, fields) => {
  expect(read(fields).kind).toBe("messages");
});
