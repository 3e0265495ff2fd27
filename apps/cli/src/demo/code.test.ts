import { expect, test } from "vitest";
import { codeIn, codeOf, codesIn, kindIn } from "./code.ts";

test("a code names its kind", () => {
  expect(kindIn(codeOf("neverReported", 7))).toBe("neverReported");
});

test("codes repeat only after all were used", () => {
  expect(new Set(Array.from({ length: 5000 }, (_, n) => codeOf("slow", n))).size).toBe(5000);
});

test.each([
  ["etelecom", { templatecode: "OTP", list_param: { otp: "slow-123456" } }],
  ["webcom", { message: [{ text: "Your code is slow-123456", phones: [{ phone: "79161234567" }] }] }],
  ["ultroam", { text: "Your code is slow-123456", param: [{ number: "79161234567", user_id: 1 }] }],
  ["bitel", { message: "Your code is slow-123456", phoneNumber: "09121234567" }],
])("a code is found in a send request of %s", (_, body) => {
  expect(codeIn(body)).toBe("slow-123456");
});

test("every code of a request with several messages is found", () => {
  const param = [{ text_param: ["slow-123456"] }, { text_param: ["failed-654321"] }];
  expect(codesIn({ text: "#param#", param })).toEqual(["slow-123456", "failed-654321"]);
});

test.each([undefined, "text", {}, { otp: 7 }, { id: "slow-1234567", date: "2026-01-31" }])(
  "what has no code has none: %j",
  (value) => {
    expect(codeIn(value)).toBeUndefined();
  },
);
