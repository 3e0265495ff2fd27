import { describe, expect, test } from "vitest";
import { issuesOf } from "./input-error.ts";
import { Content, contentKinds, DEFAULT_EXPIRES_IN_MS, MessageInput } from "./message.ts";

const GOOD = { account: "etelecom-main", to: "+84836106872", content: { text: "hello" } };

/** What is wrong with the message, as its producer is told. */
function problems(input: unknown): string[] {
  const parsed = MessageInput.safeParse(input);
  return parsed.success ? [] : issuesOf(parsed.error).map(({ path, message }) => `${path}: ${message}`);
}

describe("a message", () => {
  test("needs an account, a number and a content; the rest has defaults", () => {
    expect(MessageInput.parse(GOOD)).toEqual({
      ...GOOD,
      producer: "default",
      priority: "normal",
      deadlineCheck: true,
      onUnknown: "hold",
      expiresInMs: DEFAULT_EXPIRES_IN_MS,
    });
  });

  test("with everything it can have is taken", () => {
    const whole = {
      route: ["etelecom-main", "ultroam-1"],
      to: "+84836106872",
      content: { template: "OTP", params: { otp: "123456" }, text: "123456" },
      idempotencyKey: "order-42-otp",
      producer: "shop",
      priority: "urgent",
      sendAt: "2026-01-02T03:04:05+07:00",
      expiresInMs: 300_000,
      onUnknown: "resend",
      metadata: { order: "42" },
      routeRule: ["1", "3"],
    };
    expect(problems(whole)).toEqual([]);
  });

  test("names every bad field at once", () => {
    const bad = { ...GOOD, to: "0836106872", priority: "asap", expiresInMs: 1, colour: "red" };
    expect(problems(bad).map((line) => line.split(":")[0])).toEqual([
      "to",
      "priority",
      "expiresInMs",
      "colour",
    ]);
  });

  test.for([
    ["both account and route", { ...GOOD, route: ["b"] }, "route: give either account or route"],
    ["neither", { to: GOOD.to, content: GOOD.content }, "route: give either account or route"],
    ["an account twice", { ...GOOD, account: undefined, route: ["a", "a"] }, "route: names an account twice"],
    [
      "a time after which it goes on, and nowhere to go",
      { ...GOOD, failoverAfterMs: 60_000 },
      "failoverAfterMs: needs a route with an account to go on to",
    ],
    ["no content", { ...GOOD, content: {} }, "content: needs a template or a text"],
    [
      "params without a template",
      { ...GOOD, content: { text: "t", params: {} } },
      "content: params need a template",
    ],
  ] as const)("with %s is refused", ([, input, problem]) => {
    expect(problems(input)).toEqual([problem]);
  });

  test.for(["0836106872", "+0836106872", "84836106872", "+84 836 106 872", "+1234567890123456", "+8", ""])(
    "to %j is refused",
    (to) => {
      expect(problems({ ...GOOD, to })).toEqual([
        "to: must be a number in E.164 form, for example +84836106872",
      ]);
    },
  );

  test.for([Number.NaN, -1, 1.5, 8.65e15, new Date(Number.NaN), new Date(8.64e15), "tomorrow", "2026-01-02"])(
    "to be sent at %s is refused",
    (sendAt) => {
      expect(problems({ ...GOOD, sendAt })).toHaveLength(1);
    },
  );

  test("says what is wrong without repeating what was given", () => {
    const canary = "canary".repeat(1000);
    const bad = { ...GOOD, to: canary, content: { text: canary, params: { canary: 1 } }, producer: canary };
    expect(problems(bad).join()).not.toContain("canarycanary");
  });

  test.each([
    ["content.text", { text: "a\ud83d" }],
    ["content.template", { template: "\udc4d" }],
    ["content.params.otp", { template: "T", params: { otp: "\ud83d!", name: "👍" } }],
  ])("with half a character in %s is refused", (path, content) => {
    expect(problems({ ...GOOD, content })).toEqual([`${path}: must be well-formed Unicode`]);
  });

  test("with half a character in its idempotency key, which would count as any other half, is refused", () => {
    const key = "order-\ud83d";
    expect(problems({ ...GOOD, idempotencyKey: key })).toEqual([
      "idempotencyKey: must be well-formed Unicode",
    ]);
  });

  test("can wait two days at most and a second at least", () => {
    expect(problems({ ...GOOD, expiresInMs: 999 })).toHaveLength(1);
    expect(problems({ ...GOOD, expiresInMs: 1000 })).toEqual([]);
    expect(problems({ ...GOOD, expiresInMs: DEFAULT_EXPIRES_IN_MS })).toEqual([]);
    expect(problems({ ...GOOD, expiresInMs: DEFAULT_EXPIRES_IN_MS + 1 })).toHaveLength(1);
  });
});

test("the kinds of a content are those that it brings", () => {
  expect(contentKinds(Content.parse({ text: "t" }))).toEqual(["text"]);
  expect(contentKinds(Content.parse({ template: "T" }))).toEqual(["template"]);
  expect(contentKinds(Content.parse({ text: "t", template: "T" }))).toEqual(["template", "text"]);
});
