import fc from "fast-check";
import { expect, test } from "vitest";
import { sumOf } from "./decimal.ts";

const once = (...amounts: string[]) => sumOf(amounts.map((amount) => ({ amount, count: 1 })));

test("money is added exactly, whatever its places", () => {
  expect(once("0.1", "0.2")).toBe("0.3");
  expect(once("10.6000000", "0.05")).toBe("10.6500000");
  expect(once("9007199254740993", "0.00000000001")).toBe("9007199254740993.00000000001");
  expect(once("1.5", "-2")).toBe("-0.5");
  expect(once()).toBe("0");
  expect(once("free", "1")).toBe("1");
});

test("so many times an amount is the amount so many times", () => {
  const amount = fc
    .tuple(fc.boolean(), fc.nat(), fc.stringMatching(/^\d{0,9}$/))
    .map(([minus, whole, part]) => `${minus ? "-" : ""}${whole}${part === "" ? "" : `.${part}`}`);
  fc.assert(
    fc.property(amount, fc.integer({ min: 1, max: 20 }), (text, count) => {
      expect(sumOf([{ amount: text, count }])).toBe(once(...Array.from({ length: count }, () => text)));
    }),
  );
});
