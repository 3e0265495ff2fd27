import { describe, expect, test } from "vitest";
import { type CannedAnswer, openAnsweringServer } from "../answering-server.ts";
import { EtelecomAccount } from "./config.ts";
import { etelecom } from "./index.ts";

const never = new AbortController().signal;
const ACCOUNT = { provider: "etelecom", username: "kunde", password: "hunter2" };

async function ask(answer: CannedAnswer) {
  await using server = await openAnsweringServer(() => answer);
  await using provider = etelecom.open(EtelecomAccount.parse({ ...ACCOUNT, baseUrl: server.baseUrl }));
  return { health: await provider.health?.(never), requests: server.requests };
}

const reachable = { kind: "reachable" };
const unavailable = (reason: string) => ({ kind: "unavailable", reason });

test("a message that nobody sent is asked about, and nothing is sent", async () => {
  const { requests } = await ask({ status: 200, body: "{}" });
  const body = '{"username":"kunde","password":"hunter2","idOmniMess":"ICOMNI-00000000000000000000000"}';
  const headers = { "content-type": "application/json" };
  expect(requests).toMatchObject([{ method: "POST", path: "/api/OmniReport/GetStatusOmni", headers, body }]);
});

describe("what the account is told", () => {
  test.each<[string, CannedAnswer, object]>([
    ["empty fields", { status: 200, body: '{"status":"","list_param":"{}"}' }, reachable],
    [
      "the documented form, which is no JSON",
      { status: 200, body: '{"list_param":"{"a":"b"}","status":""}' },
      reachable,
    ],
    ["nothing", { status: 200, body: "" }, reachable],
    ["null", { status: 200, body: "null" }, reachable],
    ["404 with an object", { status: 404, body: '{"status":"-1"}' }, reachable],
    ["400 with an object", { status: 400, body: '{"status":"-1"}' }, reachable],
    ["404", { status: 404, body: "Not Found" }, unavailable("http_404")],
    ["500 with an object", { status: 500, body: "{}" }, unavailable("http_500")],
    ["HTML", { status: 200, body: "<html>" }, unavailable("not_understood")],
    [
      "401 credentials",
      { status: 401, body: "Unauthorized" },
      { kind: "credentials", reason: "credentials" },
    ],
    [
      "401 address",
      { status: 401, body: `"Can't access from this IP"` },
      { kind: "address", reason: "address" },
    ],
    ["401 without a word", { status: 401, body: "" }, { kind: "credentials", reason: "unauthorized" }],
    [
      "429",
      { status: 429, headers: { "retry-after": "3" }, body: "" },
      { ...unavailable("http_429"), retryAfterMs: 3000 },
    ],
  ])("%s", async (_, answer, expected) => expect((await ask(answer)).health).toEqual(expected));

  test("by nobody", async () => {
    const account = EtelecomAccount.parse({ ...ACCOUNT, baseUrl: "http://127.0.0.1:1" });
    await using provider = etelecom.open(account);
    expect(await provider.health?.(never)).toEqual(unavailable("ECONNREFUSED"));
  });
});
