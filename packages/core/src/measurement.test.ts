import { describe, expect, test } from "vitest";
import { measureContent } from "./measurement.ts";
import { SMS_ENCODINGS, type TextLimits } from "./text-limits.ts";

const DOCUMENTED: TextLimits = { encodings: [...SMS_ENCODINGS], source: "documented", maxCharacters: 10 };
const TEXTS = { content: ["text" as const], text: DOCUMENTED };
const TEMPLATES = { content: ["template" as const] };

describe("a text at an account that takes texts", () => {
  test("has an encoding, a length and segments, and fits", () => {
    expect(measureContent({ text: "a€" }, "box", TEXTS)).toEqual({
      account: "box",
      kind: "text",
      encoding: "gsm-7",
      length: 3,
      segments: 1,
      estimated: false,
      fits: true,
      issues: [],
    });
  });

  test("that is too long does not fit, and the reason names field and account", () => {
    expect(measureContent({ text: "я".repeat(71) }, "box", TEXTS)).toMatchObject({
      segments: 2,
      fits: false,
      issues: [
        {
          path: "content.text",
          message: "the account box takes at most 10 characters, and there are 71",
        },
      ],
    });
  });

  test("is measured by the standard where the provider documents nothing, and told as an estimate", () => {
    const limits: TextLimits = { encodings: [...SMS_ENCODINGS], source: "standard" };
    expect(measureContent({ text: "я" }, "cloud", { ...TEXTS, text: limits })).toMatchObject({
      ...{ encoding: "ucs-2", segments: 1, estimated: true, fits: true },
    });
  });

  test("is not measured where the limits are not told", () => {
    expect(measureContent({ text: "я" }, "old", { content: ["text"] })).toEqual({
      ...{ account: "old", kind: "text", fits: true, issues: [] },
    });
  });
});

test("of a message with both, a template goes to where templates are taken, and a text to where texts are", () => {
  const both = { template: "OTP", text: "a text that is too long for the box" };
  expect(measureContent(both, "omni", TEMPLATES)).toEqual({
    ...{ account: "omni", kind: "template", fits: true, issues: [] },
  });
  expect(measureContent(both, "box", TEXTS)).toMatchObject({ kind: "text", fits: false });
});

test("an account that takes both is given what it names first, and nothing of the other is measured", () => {
  const both = { template: "OTP", text: "a text that is too long for the box" };
  expect(measureContent(both, "omni", { ...TEXTS, content: ["template", "text"] })).toEqual({
    ...{ account: "omni", kind: "template", fits: true, issues: [] },
  });
  expect(measureContent(both, "omni", { ...TEXTS, content: ["text", "template"] }).kind).toBe("text");
});

test.each([
  ["a template", { template: "OTP" }, TEXTS, "the account box needs a text"],
  ["a text", { text: "a" }, TEMPLATES, "the account box needs a template"],
])("%s does not fit where the other one is needed", (_, content, capabilities, message) => {
  expect(measureContent(content, "box", capabilities)).toEqual({
    account: "box",
    fits: false,
    issues: [{ path: "content", message }],
  });
});
