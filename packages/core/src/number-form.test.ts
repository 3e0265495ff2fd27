import { expect, test } from "vitest";
import { type NumberForm, numberProblem } from "./number-form.ts";

const IRAN: NumberForm = { example: "09121234567", startsWith: "+989", minDigits: 12, maxDigits: 12 };

test.each<[string, NumberForm]>([
  ["+989121234567", IRAN],
  ["+84836106872", { example: "84836106872" }],
  ["+12345678901234", { example: "79161234567", maxDigits: 14 }],
])("%s is taken where its form allows it", (to, form) => {
  expect(numberProblem(to, form)).toBeUndefined();
});

test.each<[string, NumberForm, string]>([
  ["+84836106872", IRAN, "takes only numbers that begin with +989 of 12 digits, for example 09121234567"],
  ["+982112345678", IRAN, "takes only numbers that begin with +989 of 12 digits, for example 09121234567"],
  ["+98912123456", IRAN, "takes only numbers that begin with +989 of 12 digits, for example 09121234567"],
  ["+9891212345678", IRAN, "takes only numbers that begin with +989 of 12 digits, for example 09121234567"],
  [
    "+123456789012345",
    { example: "79161234567", maxDigits: 14 },
    "takes only numbers of 1 to 14 digits, for example 79161234567",
  ],
])("%s is refused, and the reason does not repeat it", (to, form, problem) => {
  expect(numberProblem(to, form)).toBe(problem);
});
