import { expect, test } from "vitest";
import { inRequests, unitsOf } from "./rate-unit.ts";
import { SMS_ENCODINGS, type TextLimits } from "./text-limits.ts";

const LIMITS: TextLimits = { encodings: [...SMS_ENCODINGS], source: "standard" };
const text = (length: number, letter = "a") => ({ text: letter.repeat(length) });

test("a message counts as the segments its text is divided into, where segments are counted", () => {
  expect(unitsOf(text(160), "segment", LIMITS)).toBe(1);
  expect(unitsOf(text(161), "segment", LIMITS)).toBe(2);
  expect(unitsOf(text(140, "я"), "segment", LIMITS)).toBe(3);
  expect(unitsOf(text(1000), "message", LIMITS)).toBe(1);
});

test("what is not known to be longer counts as one segment", () => {
  expect(unitsOf({ template: "OTP" }, "segment", LIMITS)).toBe(1);
  expect(unitsOf(undefined, "segment", LIMITS)).toBe(1);
  expect(unitsOf(text(1000), "segment", undefined)).toBe(1);
});

test("a request carries no more messages and units than it may, and one message at least", () => {
  const units = [1, 1, 1, 3, 9, 1, 2];
  const requests = inRequests(units, { most: 2, mostUnits: 4 }, (one) => one);
  expect(requests.map(({ messages }) => messages)).toEqual([[1, 1], [1, 3], [9], [1, 2]]);
  expect(requests.map((request) => request.units)).toEqual([2, 4, 9, 3]);
});
