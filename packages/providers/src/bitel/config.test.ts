import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { BitelAccount, versionOf } from "./config.ts";
import { bitel } from "./index.ts";

describe("the configuration of an account", () => {
  const base = { provider: "bitel", baseUrl: "https://api.bitel.rest/api/v1", token: "t" };

  test("asks and sends one by one in v1 where it says nothing", () => {
    const account = BitelAccount.parse(base);
    expect(account).toMatchObject({ sendBatch: 1, errorCodes: {} });
    expect(bitel.capabilities(account)).toMatchObject({ sendBatch: 1, statusBatch: 1, reports: "both" });
  });

  test("takes Iranian mobile numbers in their local form, and announces it", () => {
    expect(bitel.capabilities(BitelAccount.parse(base)).number).toEqual({
      ...{ written: "09…", startsWith: "+989", minDigits: 12, maxDigits: 12 },
    });
  });

  test("asks for a whole batch in v1 alone", () => {
    const batches = (more: object) =>
      bitel.capabilities(BitelAccount.parse({ ...base, ...more, sendBatch: 40 }));
    expect(batches({})).toMatchObject({ sendBatch: 40, statusBatch: 40 });
    const v2 = { baseUrl: "https://api.bitel.rest/api/v2/", apiVersion: "v2" };
    expect(batches(v2)).toMatchObject({ sendBatch: 40, statusBatch: 1 });
  });

  test.each([
    ["v1", {}],
    ["v2", { baseUrl: "https://api.bitel.rest/api/v2" }],
    ["v2", { baseUrl: "https://api.bitel.rest/api/v2/" }],
    ["v2", { baseUrl: "https://api.bitel.rest/api/v2", apiVersion: "v2" }],
    ["v1", { baseUrl: "https://a.example" }],
    ["v2", { baseUrl: "https://a.example", apiVersion: "v2" }],
  ])("speaks %s: %j", (version, more) => {
    expect(versionOf(BitelAccount.parse({ ...base, ...more }))).toBe(version);
  });

  test.each([
    { apiVersion: "v2" },
    { apiVersion: "v3" },
    { baseUrl: "https://api.bitel.rest/api/v3" },
    { baseUrl: "https://api.bitel.rest/api/v2", apiVersion: "v1" },
    { sendBatch: 101 },
    { sendBatch: 0 },
    { token: "" },
    { token: "a\nb" },
    { gatewayNumber: "line" },
    { errorCodes: { "no credit": { scope: "account", code: "balance" } } },
    { errorCodes: { NoCredit: { scope: "money", code: "balance" } } },
    { tokn: "t" },
  ])("refuses %j", (more) => expect(BitelAccount.safeParse({ ...base, ...more }).success).toBe(false));

  test("the token is in nothing that is printed of an account", () => {
    const input = { provider: "bitel", baseUrl: "https://a.example", token: "hunter2" };
    expect(inspect(BitelAccount.parse(input))).not.toContain("hunter2");
    expect(String(BitelAccount.safeParse({ ...input, token: "hunter2\n" }).error)).not.toContain("hunter2");
  });
});
