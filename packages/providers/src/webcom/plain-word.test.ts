import { describe, expect, test } from "vitest";
import { plainWord } from "./plain-word.ts";

describe("a text that is kept", () => {
  test.each([
    ["Нет связи с оператором.", "Нет связи с оператором."],
    ["error 17: queue full", "error 17: queue full"],
    ["  a \n\t b  ", "a b"],
  ])("keeps its words: %j", (said, plain) => expect(plainWord(said)).toBe(plain));

  test.each([
    ["79000000001", "#"],
    ["+7 (900) 000-00-01 refused", "# refused"],
    ["7.9.0.0", "#"],
    ["٤٨٢٩١٣", "#"],
    ["code A1B2C3", "code #"],
    ["K7-Q9-X2", "#-#-#"],
    ["x".repeat(31), "#"],
    ["\ud83d\ude00", "unreadable"],
    ["", "unreadable"],
  ])("has no numbers, codes or keys: %j", (said, plain) => expect(plainWord(said)).toBe(plain));

  test.each([
    ["the word itself", "QWERTY refused", "# refused"],
    ["in other letters", "qwErTy refused", "# refused"],
    ["a part of it", "QWE refused", "# refused"],
    ["within another", "sms_QWERTY_ refused", "# refused"],
    ["three digits", "123 refused", "# refused"],
  ])("has nothing of what we sent: %s", (_, said, plain) => {
    expect(plainWord(said, ["code QWERTY, 123"])).toBe(plain);
  });

  test("is bounded, and read in no time", () => {
    const startedAt = performance.now();
    expect(plainWord("да, ".repeat(20_000)).length).toBeLessThanOrEqual(100);
    expect(plainWord(`1${" ".repeat(60_000)}`)).toBe("1");
    expect(plainWord("1 ".repeat(30_000))).toBe("#");
    expect(plainWord("я нет ".repeat(20_000), ["слово ".repeat(700)]).length).toBeLessThanOrEqual(100);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
