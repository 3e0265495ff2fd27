import { describe, expect, test } from "vitest";
import { type CannedAnswer, openAnsweringServer } from "../answering-server.ts";
import { BitelAccount } from "./config.ts";
import { bitel } from "./index.ts";

const never = new AbortController().signal;

async function ask(answer: CannedAnswer, more: object = {}) {
  await using server = await openAnsweringServer(() => answer);
  const account = { provider: "bitel", baseUrl: server.baseUrl, token: "hunter2", ...more };
  await using provider = bitel.open(BitelAccount.parse(account));
  return { health: await provider.health?.(never), requests: server.requests };
}

const healthOf = async (answer: CannedAnswer, more?: object) => (await ask(answer, more)).health;
const envelope = (result: unknown, error: unknown, status = 200): CannedAnswer => ({
  status,
  body: JSON.stringify({ result, error }),
});
const unavailable = (reason: string) => ({ kind: "unavailable", reason });

test.each([
  ["v1", "/sms/detail/single/00000000000000000000000000000000"],
  ["v2", "/sms/status/00000000000000000000000000000000"],
])("a message that nobody sent is asked about, in %s", async (apiVersion, path) => {
  const { requests } = await ask(envelope(null, null), { apiVersion });
  expect(requests).toMatchObject([{ method: "GET", path, headers: { authorization: "Bearer hunter2" } }]);
});

test.each<[string, CannedAnswer]>([
  ["no result", envelope(null, null)],
  ["a refusal", envelope(null, "InvalidRequest", 400)],
  ["a refusal with 404", envelope(null, "NotFound", 404)],
  ["keys in other letters", { status: 200, body: '{"Result":null,"Error":null}' }],
])("any envelope shows that the token was taken: %s", async (_, answer) => {
  expect(await healthOf(answer)).toEqual({ kind: "reachable" });
});

describe("an account at fault says which", () => {
  test.each<[string, CannedAnswer, object]>([
    ["401", { status: 401, body: "" }, { kind: "credentials", reason: "credentials" }],
    [
      "401 with an envelope",
      envelope(null, "Unauthorized", 401),
      { kind: "credentials", reason: "credentials" },
    ],
    ["403", { status: 403, body: "" }, { kind: "credentials", reason: "forbidden" }],
    ["404 without an envelope", { status: 404, body: "Not Found" }, unavailable("http_404")],
    ["500", envelope(null, "Failed", 500), unavailable("http_500")],
    ["HTML", { status: 200, body: "<html>" }, unavailable("not_understood")],
    ["another object", { status: 200, body: "{}" }, unavailable("not_understood")],
    [
      "429",
      { ...envelope(null, "Slow", 429), headers: { "retry-after": "3" } },
      { ...unavailable("http_429"), retryAfterMs: 3000 },
    ],
  ])("%s", async (_, answer, expected) => expect(await healthOf(answer)).toEqual(expected));

  test("by a code that the account names", async () => {
    const errorCodes = {
      NoCredit: { scope: "account", code: "balance" },
      Suspended: { scope: "account", code: "locked" },
      BadText: { scope: "message", code: "balance" },
    };
    const told = async (code: string) => healthOf(envelope(null, code, 402), { errorCodes });
    expect(await told("NoCredit")).toEqual({ kind: "balance", reason: "balance" });
    expect(await told("Suspended")).toEqual({ kind: "locked", reason: "locked" });
    expect(await told("BadText")).toEqual({ kind: "reachable" });
    expect(await told("constructor")).toEqual({ kind: "reachable" });
  });

  test("by not being there", async () => {
    const account = { provider: "bitel", baseUrl: "http://127.0.0.1:1", token: "hunter2" };
    await using provider = bitel.open(BitelAccount.parse(account));
    expect(await provider.health?.(never)).toEqual(unavailable("ECONNREFUSED"));
  });
});
