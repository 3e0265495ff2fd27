import { expect, test } from "vitest";
import { hoursLeft } from "./balance.ts";

const HOUR = 3_600_000;
const samples = (...amounts: string[]) => amounts.map((amount, index) => ({ at: index * HOUR, amount }));

test("money lasts as long as at the rate of the samples", () => {
  expect(hoursLeft(samples("100", "90", "80"))).toBe(8);
});

test("what is paid in between is no part of the rate", () => {
  expect(hoursLeft(samples("30", "20", "1020", "1010"))).toBeCloseTo(1010 / (20 / 3));
});

test("nobody can tell of money that does not go, of one look, or of a few minutes", () => {
  expect(hoursLeft(samples("100", "100"))).toBeUndefined();
  expect(hoursLeft(samples("100"))).toBeUndefined();
  expect(hoursLeft([])).toBeUndefined();
  expect(
    hoursLeft([
      { at: 0, amount: "100" },
      { at: 60_000, amount: "99" },
    ]),
  ).toBeUndefined();
});

test("an account in debt is empty now", () => {
  expect(hoursLeft(samples("5", "-5"))).toBe(0);
});
