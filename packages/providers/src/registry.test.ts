import { describe, expect, test } from "vitest";
import { Account, openProvider, registry } from "./registry.ts";

const etelecom = { provider: "etelecom", baseUrl: "https://sms.etelecom.vn", username: "u", password: "p" };

describe("the configuration of an account", () => {
  test("takes its provider's defaults", () => {
    expect(Account.parse(etelecom)).toMatchObject({
      routeRule: ["3"],
      routeRuleForm: "array",
      timeoutMs: 15_000,
    });
  });

  test.each([{ provider: "nobody" }, {}])(
    "names the known providers where it has none of them: %j",
    (input) => {
      const { error } = Account.safeParse({ ...etelecom, provider: undefined, ...input });
      expect(error?.issues).toMatchObject([
        { path: ["provider"], message: `must be one of: ${Object.keys(registry).join(", ")}` },
      ]);
    },
  );

  test("refuses an unknown key", () => {
    expect(Account.safeParse({ ...etelecom, pasword: "x" }).success).toBe(false);
  });

  test("refuses a channel that eTelecom does not have", () => {
    expect(Account.safeParse({ ...etelecom, routeRule: ["4"] }).success).toBe(false);
  });

  test("says nothing of the password in what it complains about", () => {
    const { error } = Account.safeParse({ ...etelecom, baseUrl: "x", password: ["hunter2"] });
    expect(JSON.stringify(error) + String(error)).not.toContain("hunter2");
  });
});

test("every provider opens and closes without a request", async () => {
  const provider = openProvider(Account.parse(etelecom));
  await provider[Symbol.asyncDispose]();
});

test("an account whose caFile cannot be read does not open", () => {
  expect(() => openProvider(Account.parse({ ...etelecom, caFile: "/nowhere/ca.pem" }))).toThrow(
    "/nowhere/ca.pem",
  );
});

/** The codes of the tables of docs/providers, but for the texts of Webcom: `webcom/codes.test.ts` has those. */
test.each(Object.entries(registry))("no code of %s has two meanings in one answer", (_, { codes }) => {
  expect(new Set(codes.map(({ call, code }) => `${call} ${code}`)).size).toBe(codes.length);
});
