import { inspect } from "node:util";
import { SMS_ENCODINGS } from "@hermod/core/text-limits";
import { describe, expect, test } from "vitest";
import { WebcomAccount } from "./config.ts";
import { webcom } from "./index.ts";

const BASE = { provider: "webcom", baseUrl: "https://my3.webcom.mobi", sender: "Hermod" };
const LOGIN = { login: "kunde", password: "hunter2" };

describe("a Webcom account", () => {
  test("takes the defaults of the provider's sheet", () => {
    expect(WebcomAccount.parse({ ...BASE, ...LOGIN })).toMatchObject({
      statusBatch: 1,
      timeZone: "Europe/Moscow",
      connections: 5,
      envelope: { request: "object", message: "array", phones: "array" },
    });
  });

  test("takes a token in place of login and password", () => {
    expect(WebcomAccount.safeParse({ ...BASE, token: "s3cret-key" }).success).toBe(true);
  });

  test.each([
    ["no credentials", {}],
    ["a login alone", { login: "kunde" }],
    ["a password alone", { password: "hunter2" }],
    ["a token besides", { ...LOGIN, token: "s3cret-key" }],
    ["a token and a login", { login: "kunde", token: "s3cret-key" }],
  ])("wants exactly one way in: not %s", (_, credentials) => {
    const { error } = WebcomAccount.safeParse({ ...BASE, ...credentials });
    expect(error?.issues).toMatchObject([{ path: ["token"], message: expect.stringContaining("either") }]);
  });

  test.each([
    ["sender", { sender: "" }],
    ["sender", { sender: "TwelveLetter" }],
    ["sender", { sender: "7".repeat(16) }],
    ["timeZone", { timeZone: "Europe/Nowhere" }],
    ["statusBatch", { statusBatch: 0 }],
    ["envelope", { envelope: { message: "list" } }],
    ["envelope", { envelope: { messages: "array" } }],
  ])("names %s where it is wrong: %j", (key, more) => {
    const { error } = WebcomAccount.safeParse({ ...BASE, ...LOGIN, ...more });
    expect(error?.issues[0]?.path[0]).toBe(key);
  });

  test.each(["Hermod", "79000000001", "Гермод"])("takes the sender %s", (sender) => {
    expect(WebcomAccount.safeParse({ ...BASE, ...LOGIN, sender }).success).toBe(true);
  });

  test("prints no secret, right or wrong", () => {
    const printed = [
      inspect(WebcomAccount.parse({ ...BASE, ...LOGIN }), { depth: 9, showHidden: true }),
      JSON.stringify(WebcomAccount.parse({ ...BASE, token: "s3cret-key" })),
      inspect(WebcomAccount.safeParse({ ...BASE, ...LOGIN, token: "s3cret-key" }).error, { depth: 9 }),
    ];
    expect(printed.join()).not.toMatch(/hunter2|s3cret/);
  });
});

test("its capabilities tell the documents' promises, and the account's status batch", () => {
  const account = WebcomAccount.parse({ ...BASE, ...LOGIN, statusBatch: 20 });
  expect(webcom.capabilities(account)).toEqual({
    content: ["text"],
    reference: "dedupes",
    lookup: "none",
    reports: "both",
    sendBatch: 1,
    statusBatch: 20,
    balance: true,
    validity: true,
    text: { encodings: [...SMS_ENCODINGS], source: "standard" },
    number: { written: "7…", maxDigits: 14 },
  });
});
