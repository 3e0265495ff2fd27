import { Capabilities } from "@hermod/core/capabilities";
import { measureContent } from "@hermod/core/measurement";
import { numberProblem } from "@hermod/core/number-form";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import type { OutgoingMessage } from "./provider.ts";
import { Account, capabilitiesOf, openProvider, type registry } from "./registry.ts";

const at = { baseUrl: "http://127.0.0.1:9" };
const ACCOUNTS = {
  etelecom: { ...at, provider: "etelecom", username: "u", password: "p" },
  webcom: { ...at, provider: "webcom", token: "t", sender: "Hermod" },
  ultroam: { ...at, provider: "ultroam", username: "u", password: "p" },
  bitel: { ...at, provider: "bitel", token: "t" },
} satisfies Record<keyof typeof registry, object>;

/** Nothing is written after it: what an adapter does not refuse by itself is not sent then. */
const aborted = AbortSignal.abort();

const text = fc.string({
  unit: fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(..."aZ9 ") },
    { weight: 5, arbitrary: fc.constantFrom(..."^€яạ👍") },
    fc.constantFrom("#param#", "#param", "#"),
  ),
  minLength: 1,
  maxLength: 1600,
  size: "max",
});
const edge = fc
  .tuple(fc.constantFrom(..."a€яạ👍"), fc.integer({ min: 300, max: 800 }))
  .map(([character, count]) => character.repeat(count));
const number = fc.oneof(
  fc.stringMatching(/^\+[1-9]\d{1,12}$/),
  fc.stringMatching(/^\+[1-9]\d{13,14}$/),
  fc.stringMatching(/^\+98(?:9\d{8,10}|[1-8]\d{9})$/),
);

describe.each(Object.entries(ACCOUNTS))("%s", (name, configuration) => {
  const account = Account.parse(configuration);
  const provider = openProvider(account);
  const capabilities = capabilitiesOf(account);
  afterAll(() => provider[Symbol.asyncDispose]());

  async function isTaken(message: Partial<OutgoingMessage>): Promise<boolean> {
    const whole: OutgoingMessage = {
      id: "m",
      to: "+989121234567",
      content: { template: "OTP", text: "Hello" },
      reference: 1,
      validForMs: 1000,
      ...message,
    };
    const outcome = (await provider.send([whole], aborted)).get("m");
    if (outcome?.kind === "notSent") return true;
    expect(outcome).toMatchObject({ kind: "rejected", providerCode: "" });
    return false;
  }

  test("announces what a producer's client can read, to the last field", () => {
    expect(Capabilities.parse(JSON.parse(JSON.stringify(capabilities)))).toStrictEqual(capabilities);
  });

  test("takes exactly the texts that fit what it announces", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, edge), async (text) => {
        const content = { template: "OTP", text };
        expect(await isTaken({ content })).toBe(measureContent(content, name, capabilities).fits);
      }),
    );
  });

  test("takes exactly the kinds of content that it announces", async () => {
    for (const content of [{ text: "Hello" }, { template: "OTP" }]) {
      expect(await isTaken({ content })).toBe(measureContent(content, name, capabilities).fits);
    }
  });

  test("takes exactly the numbers that it announces", async () => {
    const { number: form } = capabilities;
    if (form === undefined) throw new Error("no form of numbers is announced");
    await fc.assert(
      fc.asyncProperty(number, async (to) => {
        expect(await isTaken({ to })).toBe(numberProblem(to, form) === undefined);
      }),
    );
  });
});
