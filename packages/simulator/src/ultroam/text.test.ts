import { expect, test } from "vitest";
import { type Encoding, segments, shown, substituted } from "./text.ts";

test.each([
  ["each value in its place", "a #param# b #param#", ["1", "2"], "a 1 b 2"],
  ["a placeholder without a value", "#param##param#", ["1"], "1#param#"],
  ["a value too many", "#param#", ["1", "2"], "1"],
  ["a value that is a placeholder", "#param# #param#", ["#param#", "2"], "#param# 2"],
  ["a value with a pattern of replacements", "#param#", ["$&"], "$&"],
])("substitution with %s gives the text", (_, text, values, result) => {
  expect(substituted(text, values)).toBe(result);
});

test.each<[string, Encoding, string, number]>([
  ["70 of unicode", "unicode", "a".repeat(70), 1],
  ["71 of unicode", "unicode", "a".repeat(71), 2],
  ["135 of unicode", "unicode", "a".repeat(135), 3],
  ["670 of unicode", "unicode", "я".repeat(670), 10],
  ["160 of GSM-7", "gsm-7bit", "a".repeat(160), 1],
  ["161 of GSM-7", "gsm-7bit", "a".repeat(161), 2],
  ["307 of GSM-7", "gsm-7bit", "a".repeat(307), 3],
  ["80 of GSM-7 that take two", "gsm-7bit", "€".repeat(80), 1],
  ["81 of GSM-7 that take two", "gsm-7bit", "€".repeat(81), 2],
])("a text of %s characters takes its segments", (_, encoding, text, count) => {
  expect(segments(text, encoding)).toBe(count);
});

test("GSM-7 loses what it does not have, unicode nothing", () => {
  expect(shown("añ[ç🎉", "gsm-7bit")).toBe("añ[??");
  expect(shown("añ[ç🎉", "unicode")).toBe("añ[ç🎉");
});
