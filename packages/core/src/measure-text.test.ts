import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { septetsOf } from "./gsm-7.ts";
import { measureText } from "./measure-text.ts";
import { SMS_ENCODINGS, type TextLimits } from "./text-limits.ts";

const SMS: TextLimits = { encodings: [...SMS_ENCODINGS], source: "standard" };

const sizeOf = (text: string) => measureText(text, SMS).size;
const codes = (text: string, limits: Partial<TextLimits>) =>
  measureText(text, { ...SMS, ...limits }).problems.map(({ code }) => code);

const BASIC = "aZ09 @£\n_ßà'";
const EXTENDED = "^{}\\[~]|€";
const basic = fc.constantFrom(...BASIC);
const extended = fc.constantFrom(...EXTENDED);
const beyond = fc.constantFrom(..."яạ中🎉👍𝄞");
const anything = fc.string({
  unit: fc.oneof({ weight: 5, arbitrary: basic }, extended, beyond),
  maxLength: 800,
  size: "max",
});
const ofGsm7 = fc.string({ unit: fc.oneof(basic, extended), maxLength: 800, size: "max" });

describe("a text alone in its segment", () => {
  test.each([
    ["160 septets", "a".repeat(160), "gsm-7", 160, 1],
    ["161 septets", "a".repeat(161), "gsm-7", 161, 2],
    ["80 characters of two septets", "€".repeat(80), "gsm-7", 160, 1],
    ["81 characters of two septets", "€".repeat(81), "gsm-7", 162, 2],
    ["306 septets", "a".repeat(306), "gsm-7", 306, 2],
    ["307 septets", "a".repeat(307), "gsm-7", 307, 3],
    ["70 units", "я".repeat(70), "ucs-2", 70, 1],
    ["71 units", "я".repeat(71), "ucs-2", 71, 2],
    ["35 pairs of units", "🎉".repeat(35), "ucs-2", 70, 1],
    ["670 units", "я".repeat(670), "ucs-2", 670, 10],
    ["671 units", "я".repeat(671), "ucs-2", 671, 11],
    ["159 septets and one that GSM 7-bit lacks", `${"a".repeat(159)}ç`, "ucs-2", 160, 3],
  ] as const)("or in several, of %s takes as many as it should", (_, text, encoding, length, segments) => {
    expect(sizeOf(text)).toEqual({ encoding, length, segments });
  });
});

describe("no character is cut in two", () => {
  test("an escape and its character stay together, which may take a segment more", () => {
    const text = `${"a".repeat(152)}€${"a".repeat(152)}`;
    expect(sizeOf(text)).toEqual({ encoding: "gsm-7", length: 306, segments: 3 });
  });

  test("a surrogate pair stays together, which may take a segment more", () => {
    const text = `${"я".repeat(66)}🎉${"я".repeat(66)}`;
    expect(sizeOf(text)).toEqual({ encoding: "ucs-2", length: 134, segments: 3 });
  });
});

test("the characters of the extension count two, all others of GSM 7-bit one", () => {
  fc.assert(
    fc.property(ofGsm7, (text) => {
      const escaped = [...text].filter((character) => EXTENDED.includes(character)).length;
      expect(sizeOf(text)).toMatchObject({ encoding: "gsm-7", length: [...text].length + escaped });
    }),
  );
});

test("GSM 7-bit is used exactly where it has every character", () => {
  fc.assert(
    fc.property(anything, (text) => {
      const all = [...text].every((character) => septetsOf(character) !== undefined);
      expect(sizeOf(text)?.encoding).toBe(all ? "gsm-7" : "ucs-2");
    }),
  );
});

test("a longer text never takes fewer segments", () => {
  fc.assert(
    fc.property(anything, anything, (start, rest) => {
      expect(sizeOf(start + rest)?.segments).toBeGreaterThanOrEqual(sizeOf(start)?.segments ?? 0);
    }),
  );
});

test("no segment holds more than it can, and none but the last leaves more room than for half a character", () => {
  fc.assert(
    fc.property(anything, (text) => {
      const size = sizeOf(text);
      const encoding = SMS_ENCODINGS.find(({ name }) => name === size?.encoding);
      if (size === undefined || encoding === undefined) throw new Error("not measured");
      const { single, concatenated } = encoding;
      const { length, segments } = size;
      expect(segments === 1).toBe(length <= single);
      if (segments === 1) return;
      // One unit of each segment but the last may stay empty, where the next character takes two.
      expect(segments * concatenated).toBeGreaterThanOrEqual(length);
      expect((segments - 1) * (concatenated - 1)).toBeLessThan(length);
    }),
  );
});

describe("a limit refuses what is above it and nothing else", () => {
  test.each([
    ["characters", { maxCharacters: 3 }, "яяя", "яяяя"],
    ["characters, of which a pair counts as two", { maxCharacters: 3 }, "я🎉", "🎉🎉"],
    ["bytes", { maxBytes: 6 }, "яяя", "яяяa"],
    ["segments", { maxSegments: 2 }, "я".repeat(134), "я".repeat(135)],
  ] as const)("in %s", (_, limits, fits, tooLong) => {
    expect(codes(fits, limits)).toEqual([]);
    expect(codes(tooLong, limits)).toEqual(["text_too_long"]);
  });

  test("where a placeholder stands", () => {
    const limits = { placeholders: ["#param#"] };
    expect(codes("#param", limits)).toEqual([]);
    expect(codes("a #param# b", limits)).toEqual(["text_has_placeholder"]);
  });

  test("where no encoding has the characters, and the text has no size then", () => {
    const only = { ...SMS, encodings: [SMS_ENCODINGS[0]] };
    expect(measureText("a", only).problems).toEqual([]);
    expect(measureText("я", only)).toEqual({
      problems: [{ code: "text_not_encodable", message: "takes characters of gsm-7 only" }],
    });
  });

  test("and each of them is named", () => {
    const limits = { maxCharacters: 1, maxBytes: 1, maxSegments: 1, placeholders: ["#param#"] };
    expect(codes(`${"я".repeat(71)}#param#`, limits)).toEqual([
      "text_too_long",
      "text_too_long",
      "text_too_long",
      "text_has_placeholder",
    ]);
  });

  test("without limits nothing is refused", () => {
    fc.assert(
      fc.property(anything, (text) => {
        expect(codes(text, {})).toEqual([]);
      }),
    );
  });
});

test("a refusal says how long the text is, and nothing that stands in it", () => {
  const { problems } = measureText("canary", { ...SMS, maxCharacters: 5 });
  expect(problems).toEqual([
    { code: "text_too_long", message: "takes at most 5 characters, and there are 6" },
  ]);
});
