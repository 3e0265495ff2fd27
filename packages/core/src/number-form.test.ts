import { expect, test } from "vitest";
import { NumberForm, numberProblem } from "./number-form.ts";

const IRAN: NumberForm = { written: "09…", startsWith: "+989", minDigits: 12, maxDigits: 12 };

test.each<[string, NumberForm]>([
  ["+989121234567", IRAN],
  ["+84836106872", { written: "84…" }],
  ["+12345678901234", { written: "7…", maxDigits: 14 }],
])("%s is taken where its form allows it", (to, form) => {
  expect(numberProblem(to, form)).toBeUndefined();
});

test.each<[string, NumberForm, string]>([
  ["+84836106872", IRAN, "takes only numbers that begin with +989 of 12 digits"],
  ["+982112345678", IRAN, "takes only numbers that begin with +989 of 12 digits"],
  ["+98912123456", IRAN, "takes only numbers that begin with +989 of 12 digits"],
  ["+9891212345678", IRAN, "takes only numbers that begin with +989 of 12 digits"],
  ["+123456789012345", { written: "7…", maxDigits: 14 }, "takes only numbers of 1 to 14 digits"],
])("%s is refused, and the reason does not repeat it", (to, form, problem) => {
  expect(numberProblem(to, form)).toBe(problem);
});

test.each(["84…", "09…", "+84…", "0084…"])("a form shows how numbers begin: %s", (written) => {
  expect(NumberForm.safeParse({ written }).success).toBe(true);
});

test.each(["84836106872", "09121234567", "0912123…"])("a form shows no number: %s", (written) => {
  expect(NumberForm.safeParse({ written }).success).toBe(false);
});
