import { format, inspect } from "node:util";
import { expect, test } from "vitest";
import { SecretText } from "./secret.ts";

test("a secret is printed by nothing but reveal", () => {
  const secret = SecretText.parse("hunter2");
  const held = { password: secret, list: [secret] };
  const printed = [
    inspect(held, { depth: 9, showHidden: true, getters: true }),
    format("%s %o %O %j", secret, secret, secret, held),
    JSON.stringify(held),
    `${secret}`,
    Object.entries(secret).join(),
    JSON.stringify(structuredClone({ ...secret })),
    new Error("x", { cause: secret }).stack,
  ];
  expect(printed.join("\n")).not.toContain("hunter2");
  expect(secret.reveal()).toBe("hunter2");
});

test("an empty secret is no secret", () => {
  expect(SecretText.safeParse("").success).toBe(false);
});
