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
const SHEETS = {
  etelecom: [
    "send: 1 → accepted",
    "send: -1 → rejected recipient number_format",
    "send: -2 → rejected message parameter_format",
    "send: -3 → rejected account balance",
    "send: -6 → rejected template template_unknown",
    "send: -8 → rejected template no_routing",
    "send: -9 → rejected message channel_unknown",
    "send: 401 Can't access from this IP → rejected account address",
    "send: 401 Unauthorized → rejected account credentials",
    "status: PROCESSING → pending",
    "status: SUCCESS → delivered",
    "status: FAIL → undelivered",
  ],
  ultroam: [
    "send: 200 → accepted",
    "send: 202 → accepted",
    "send: 400 → rejected message request_format",
    "send: 413 → rejected message too_large",
    "send: 500 → maybeSent",
    "send: 550 → throttled",
    "send: HTTP 401 → rejected account credentials",
    "send: HTTP 403 → rejected account forbidden",
    "send: HTTP 404 → rejected account api_unavailable",
    "status: SENDING → pending",
    "status: SENT_OK → sent",
    "status: DELIVERED → delivered",
    "status: FAILED → undelivered",
    "status: CANCELED → undelivered",
    "status: 0 → detail received",
    "status: 1-31 → detail undocumented",
    "status: 32-63 → detail temporary",
    "status: 64-255 → detail permanent",
  ],
  bitel: [
    "send: InvalidRequest → rejected message invalid_request",
    "send: InvalidGateway → rejected account gateway",
    "send: InvalidPhoneNumber → rejected recipient number_format",
    "send: HTTP 401 → rejected account credentials",
    "status: 0 WAITING → pending",
    "status: 1 DELIVERED → delivered",
    "status: 2 CHECK_OK → sent",
    "status: 4 DELIVERY_FAILED → pending",
    "status: 5 BLACKLIST → undelivered",
    "status: 9 ERROR → undelivered",
    "status: 10 CHECK_ERROR → undelivered",
  ],
};

test.each(Object.entries(SHEETS))(
  "every documented code of %s is listed, with its one meaning",
  (name, sheet) => {
    const { codes } = registry[name as keyof typeof SHEETS];
    const lines = codes.map(({ call, code, meaning, scope, reason }) =>
      [`${call}: ${code} →`, meaning, scope, reason].filter((word) => word !== undefined).join(" "),
    );
    expect(lines).toEqual(sheet);
  },
);

test.each(Object.entries(registry))("no code of %s has two meanings in one answer", (_, { codes }) => {
  expect(new Set(codes.map(({ call, code }) => `${call} ${code}`)).size).toBe(codes.length);
});
