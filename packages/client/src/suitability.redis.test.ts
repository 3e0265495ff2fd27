import type { Capabilities } from "@hermod/core/capabilities";
import { HermodInputError, type InputIssue } from "@hermod/core/input-error";
import type { MessageInput } from "@hermod/core/message";
import { SMS_ENCODINGS } from "@hermod/core/text-limits";
import { describe, expect, test } from "vitest";
import { type Announced, message, openAnnounced } from "../test/announced.ts";

const encodings = [...SMS_ENCODINGS];
const BOX: Partial<Capabilities> = {
  text: { encodings, source: "documented", maxCharacters: 20, placeholders: ["#param#"] },
  number: { written: "84…" },
};
const CLOUD: Partial<Capabilities> = { text: { encodings, source: "standard" } };
const IRAN: Partial<Capabilities> = {
  ...CLOUD,
  number: { written: "09…", startsWith: "+989", minDigits: 12, maxDigits: 12 },
};
const accounts = { box: BOX, cloud: CLOUD, iran: IRAN };

const open = () => openAnnounced({ accounts });

function to(route: string[], more: Partial<MessageInput> = {}): MessageInput {
  const { account: _, ...rest } = message();
  return { ...rest, route, ...more };
}

async function refusal({ hermod, broker }: Announced, input: MessageInput): Promise<readonly InputIssue[]> {
  const error = await hermod.send(input).catch((thrown: unknown) => thrown);
  if (!(error instanceof HermodInputError)) throw new Error("it was taken", { cause: error });
  for (const name of input.route ?? []) expect(await broker.queues.waiting("send", name)).toBe(0);
  return error.issues;
}

describe("a route of two accounts of which the content suits one", () => {
  test.each([
    ["a template", { template: "OTP" }, "the account texts needs a text"],
    ["a text", { text: "Hello" }, "the account templates needs a template"],
  ])("is refused with %s alone, in either order", async (_, content, issue) => {
    await using announced = await open();
    for (const route of [
      ["templates", "texts"],
      ["texts", "templates"],
    ]) {
      expect(await refusal(announced, to(route, { content }))).toEqual([{ path: "content", message: issue }]);
    }
  });

  test("is taken with both renderings, of which each account gets its own", async () => {
    await using announced = await open();
    const content = { template: "OTP", params: { otp: "1" }, text: "1" };
    await expect(announced.hermod.send(to(["templates", "box"], { content }))).resolves.toBeDefined();
  });

  test("is refused where the text is too long for one of them, which is named", async () => {
    await using announced = await open();
    const content = { text: "canary".repeat(4) };
    const issues = await refusal(announced, to(["cloud", "box"], { content }));
    expect(issues).toEqual([
      { path: "content.text", message: "the account box takes at most 20 characters, and there are 24" },
    ]);
    await expect(announced.hermod.send(to(["cloud"], { content }))).resolves.toBeDefined();
  });

  test("is not refused for a text that is too long, where the account gets a template", async () => {
    await using announced = await open();
    const content = { template: "OTP", text: "x".repeat(500) };
    await expect(announced.hermod.send(to(["cloud", "templates"], { content }))).resolves.toBeDefined();
  });

  test("is refused where the other one puts something else in the place of its words", async () => {
    await using announced = await open();
    const issues = await refusal(announced, to(["cloud", "box"], { content: { text: "a #param# b" } }));
    expect(issues).toEqual([
      { path: "content.text", message: "the account box puts something else in the place of #param#" },
    ]);
  });

  test("is refused where nobody announced the other one", async () => {
    await using announced = await open();
    expect(await refusal(announced, to(["templates", "nobody"]))).toEqual([
      { path: "route.1", message: "no worker has announced an account nobody" },
    ]);
  });
});

describe("a number", () => {
  const content = { text: "Hello" };

  test("that is nobody's is refused once, whatever the route", async () => {
    await using announced = await open();
    expect(await refusal(announced, to(["box", "iran"], { content, to: "+84123456" }))).toEqual([
      { path: "to", message: "is no possible number of any country" },
    ]);
  });

  test("that one account of the route does not take is refused, and the account named", async () => {
    await using announced = await open();
    const message = "the account iran takes only numbers that begin with +989 of 12 digits";
    expect(await refusal(announced, to(["box", "iran"], { content }))).toEqual([{ path: "to", message }]);
    const iranian = to(["box", "iran"], { content, to: "+989121234567" });
    await expect(announced.hermod.send(iranian)).resolves.toBeDefined();
  });
});

test("everything that does not suit is named in one error, and nothing of the message is in it", async () => {
  await using announced = await open();
  const content = { text: "canary #param# canary canary" };
  const input = to(["nobody", "templates", "box", "iran"], { content });
  const error = await announced.hermod.send(input).catch((thrown: unknown) => thrown);
  expect((error as HermodInputError).issues.map(({ path }) => path)).toEqual([
    "route.0",
    "content",
    "content.text",
    "content.text",
    "to",
  ]);
  expect((error as Error).message).not.toMatch(/canary|84836106872/);
});

test("of many messages the one that does not suit hinders no other", async () => {
  await using announced = await open();
  const texts = ["fits", "x".repeat(21), "fits as well"];
  const results = await announced.hermod.sendMany(texts.map((text) => to(["box"], { content: { text } })));
  expect(results.map((result) => "error" in result)).toEqual([false, true, false]);
});

test("an account whose worker tells no limits is left to its adapter", async () => {
  await using announced = await open();
  const content = { text: "#param#".repeat(500) };
  await expect(announced.hermod.send(to(["texts"], { content }))).resolves.toBeDefined();
});
