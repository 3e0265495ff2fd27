import { expect, test } from "vitest";
import { EtelecomAccount } from "./config.ts";

const account = { provider: "etelecom", baseUrl: "https://sms.example", username: "u", password: "p" };

test("segments are not counted where only the provider knows the text, and the configuration is told so", () => {
  expect(EtelecomAccount.parse(account).rateUnit).toBe("message");
  const { error } = EtelecomAccount.safeParse({ ...account, rateUnit: "segment" });
  expect(error?.issues).toMatchObject([
    { path: ["rateUnit"], message: expect.stringContaining("must be message") },
  ]);
});
