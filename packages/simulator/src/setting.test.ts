import { expect, test } from "vitest";
import { Amount, Pattern, Times, TimeZone } from "./setting.ts";

test("an expression is given as its text, and a wrong one is refused", () => {
  expect(Pattern.parse("^84").test("8412")).toBe(true);
  expect(Pattern.safeParse("(").success).toBe(false);
});

test("an amount has no end when it is unlimited", () => {
  expect([Amount.parse(0), Amount.parse("unlimited")]).toEqual([0, Number.POSITIVE_INFINITY]);
  expect(Amount.safeParse(-1).success).toBe(false);
});

test("a zone is one of the IANA's", () => {
  expect(TimeZone.safeParse("Europe/Moscow").success).toBe(true);
  expect(TimeZone.safeParse("Moscow").success).toBe(false);
});

test("a number of times is the same for each message", () => {
  expect(Times.parse(2)()).toBe(2);
});
