import type { Outcome } from "@hermod/core/outcome";
import { describe, expect, test } from "vitest";
import { type AnsweringServer, type CannedAnswer, openAnsweringServer } from "../answering-server.ts";
import type { OutgoingMessage } from "../provider.ts";
import { BitelAccount } from "./config.ts";
import { bitel } from "./index.ts";

const never = new AbortController().signal;
const ID = "7123c2cec14c43ac944553f15f3aab18";
const MESSAGE: OutgoingMessage = {
  id: "m1",
  to: "+989121234567",
  validForMs: 300_000,
  content: { text: "code K7Q9X2" },
};

function open(server: AnsweringServer, account: object = {}) {
  const parsed = BitelAccount.parse({
    provider: "bitel",
    baseUrl: server.baseUrl,
    token: "eyJ.hunter2",
    timeoutMs: 2000,
    ...account,
  });
  return bitel.open(parsed);
}

/** What became of one message whose send request got this answer. */
async function outcomeOf(answer: CannedAnswer, account: object = {}): Promise<Outcome | undefined> {
  await using server = await openAnsweringServer(() => answer);
  await using provider = open(server, account);
  const outcomes = await provider.send([MESSAGE], never);
  expect(server.requests.length).toBe(1);
  return outcomes.get("m1");
}

const ok = (body: string): CannedAnswer => ({ status: 200, body });
const result = (value: unknown) => ok(JSON.stringify({ result: value, error: null }));
const error = (code: unknown, status = 400): CannedAnswer => ({
  status,
  body: JSON.stringify({ result: null, error: code }),
});
const accepted: Outcome = { kind: "accepted", providerId: ID };
const refused = (scope: string, code: string, providerCode: string) => ({
  kind: "rejected",
  scope,
  code,
  providerCode,
});
const perhaps = (evidence: string) => ({ kind: "maybeSent", phase: "answer", evidence });

describe("the request", () => {
  test("has the documented form, with the token in its header and nowhere else", async () => {
    await using server = await openAnsweringServer(() => result({ requestId: ID }));
    await using provider = open(server, { baseUrl: `${server.baseUrl}/api/v1` });
    await provider.send([MESSAGE], never);
    const body = '{"message":"code K7Q9X2","phoneNumber":"09121234567"}';
    expect(server.requests).toEqual([
      {
        method: "POST",
        path: "/api/v1/sms/single",
        headers: {
          host: new URL(server.baseUrl).host,
          connection: "keep-alive",
          authorization: "Bearer eyJ.hunter2",
          "content-type": "application/json",
          "content-length": String(body.length),
        },
        body,
      },
    ]);
  });

  test("names the account's line where it has one", async () => {
    await using server = await openAnsweringServer(() => result({ requestId: ID }));
    await using provider = open(server, { gatewayNumber: "985000123" });
    await provider.send([MESSAGE], never);
    expect(JSON.parse(server.requests[0]?.body ?? "")).toMatchObject({ gatewayNumber: "985000123" });
  });

  test.each<[string, Partial<OutgoingMessage>, object]>([
    ["a template alone", { content: { template: "OTP" } }, refused("message", "needs_text", "")],
    ["a number abroad", { to: "+84836106872" }, refused("recipient", "number_not_iranian_mobile", "")],
    ["a fixed line", { to: "+982112345678" }, refused("recipient", "number_not_iranian_mobile", "")],
    ["a digit too many", { to: "+9891212345678" }, refused("recipient", "number_not_iranian_mobile", "")],
  ])("is not made for %s", async (_, more, outcome) => {
    await using server = await openAnsweringServer(() => result({ requestId: ID }));
    await using provider = open(server);
    expect((await provider.send([{ ...MESSAGE, ...more }], never)).get("m1")).toEqual(outcome);
    expect(server.requests).toEqual([]);
  });
});

describe("every form of an answer has exactly one outcome", () => {
  test.each<[string, CannedAnswer, object]>([
    ["v1 single", result({ requestId: ID }), accepted],
    [
      "v2 single",
      result({ id: ID, phoneNumber: "09121234567", status: 0, partCount: 2, price: 0.0 }),
      { ...accepted, parts: 2 },
    ],
    ["401", { status: 401, body: "" }, refused("account", "credentials", "401")],
    ["403", { status: 403, body: "" }, refused("account", "forbidden", "403")],
    ["404", { status: 404, body: "<html>Not Found" }, refused("account", "not_found", "404")],
    ["401 with a code", error("InvalidRequest", 401), refused("account", "credentials", "401")],
    [
      "a code with another 4xx",
      error("InvalidGateway", 403),
      refused("account", "gateway", "InvalidGateway"),
    ],
    [
      "a code with 3xx",
      error("InvalidRequest", 302),
      refused("message", "invalid_request", "InvalidRequest"),
    ],
  ])("%s", async (_, answer, outcome) => expect(await outcomeOf(answer)).toEqual(outcome));
});

describe("what the documents leave open is read tolerantly", () => {
  test.each<[string, CannedAnswer, object]>([
    [
      "a comma too many, as printed (I2b)",
      ok(`{\n "result": {\n "requestId": "${ID}",\n },\n "error": null,\n}`),
      accepted,
    ],
    ["keys in other letters", ok(`{"Result":{"RequestId":" ${ID} "},"ERROR":null}`), accepted],
    ["a bare id", result(ID), accepted],
    ["a list of one", result([{ id: ID }]), accepted],
    ["a number as id", result({ requestId: 4711 }), { kind: "accepted", providerId: "4711" }],
    ["an id without the word of no error", ok(`{"result":{"requestId":"${ID}"}}`), accepted],
    ["an empty error", ok(`{"result":{"requestId":"${ID}"},"error":""}`), accepted],
    ["a masked number", result({ id: ID, phoneNumber: "0912*******" }), accepted],
    ["only a batch", result({ batchId: ID }), { kind: "accepted", batchId: ID }],
    ["201", { ...result({ requestId: ID }), status: 201 }, accepted],
    ["an unknown code", error("NoCredit"), refused("message", "undocumented", "NoCredit")],
    ["an unknown code with 403", error("Blocked", 403), refused("account", "forbidden", "Blocked")],
    ["an unknown code with 404", error("NotFound", 404), refused("account", "not_found", "NotFound")],
    [
      "a code without a result",
      { status: 400, body: '{"error":"InvalidRequest"}' },
      refused("message", "invalid_request", "InvalidRequest"),
    ],
    ...["", "[]", "{}"].map((empty): [string, CannedAnswer, object] => [
      `a code beside the result ${empty}`,
      { status: 400, body: `{"result":${empty || '""'},"error":"InvalidPhoneNumber"}` },
      refused("recipient", "number_format", "InvalidPhoneNumber"),
    ]),
    ["a known code with 200", error("InvalidGateway", 200), refused("account", "gateway", "InvalidGateway")],
    ["a code only by inheritance", error("constructor"), refused("message", "undocumented", "constructor")],
  ])("%s", async (_, answer, outcome) => expect(await outcomeOf(answer)).toEqual(outcome));

  test("an account names codes that no document does", async () => {
    const errorCodes = { NoCredit: { scope: "account", code: "balance" } };
    expect(await outcomeOf(error("NoCredit", 402), { errorCodes })).toEqual(
      refused("account", "balance", "NoCredit"),
    );
  });
});

describe("an accepted message without a usable id is accepted, and not sent again", () => {
  test.each<[string, unknown]>([
    ["none", {}],
    ["an empty one", { requestId: " " }],
    ["null", { requestId: null }],
    ["values of other types", { requestId: { text: [] }, id: false }],
    ["an endless one", { requestId: "x".repeat(101) }],
    ["one that would lead elsewhere", { requestId: "../balance" }],
    ["one with a line break", { requestId: "a\r\nb" }],
    ["an empty text", ""],
    ["two of them", [{ id: "a" }, { id: "b" }]],
  ])("%s", async (_, value) => expect(await outcomeOf(result(value))).toEqual({ kind: "accepted" }));
});

describe("an answer that proves nothing is maybeSent", () => {
  test.each<[string, CannedAnswer, string]>([
    ["500", { status: 500, body: "" }, "http_500"],
    ["500 with a known code", error("InvalidRequest", 500), "http_500"],
    ["503 with an id", { ...result({ requestId: ID }), status: 503 }, "http_503"],
    ["302", { status: 302, body: "", headers: { location: "/" } }, "http_302"],
    ["400 without a code", { status: 400, body: "<html>" }, "http_400"],
    ["400 with a code of another type", error({ code: 1 }), "http_400"],
    ["400 with an empty code", error(" "), "http_400"],
    [
      "400 with a code and a result",
      { status: 400, body: '{"result":{"requestId":"x"},"error":"InvalidRequest"}' },
      "http_400",
    ],
    ["403 with a result", { ...result({ requestId: "x" }), status: 403 }, "http_403"],
    ["204", { status: 204, body: "" }, "not_understood"],
    ["HTML", ok("<html>"), "not_understood"],
    ["nothing", ok(""), "not_understood"],
    ["cut JSON", ok(`{"result":{"requestId":"${ID}"},`), "not_understood"],
    ["a byte order mark", ok('\uFEFF{"result":null,"error":null}'), "not_understood"],
    ["a list", ok('["x"]'), "not_understood"],
    ["an unknown code with 200", error("NoCredit", 200), "not_understood"],
    [
      "a code and an id with 200",
      ok(`{"result":{"requestId":"${ID}"},"error":"InvalidRequest"}`),
      "not_understood",
    ],
    ["neither a result nor an error", ok("{}"), "not_understood"],
    ["two empty halves", result(null), "no_result"],
    ["a result of another type", result(true), "no_result"],
    ["an empty list", result([]), "no_result"],
    ["an object without the word of no error", ok('{"result":{}}'), "not_understood"],
    ["another one's number", result({ id: ID, phoneNumber: "09129999999" }), "not_in_answer"],
    ["30,000 brackets", ok(`${"[".repeat(30_000)}${"]".repeat(30_000)}`), "not_understood"],
  ])("%s", async (_, answer, evidence) => expect(await outcomeOf(answer)).toEqual(perhaps(evidence)));
});

test("64 KB that look like the printed slip are read in no time", async () => {
  const startedAt = performance.now();
  expect(await outcomeOf(ok(`{${String.raw`\"`.repeat(30_000)}`))).toEqual(perhaps("not_understood"));
  expect(performance.now() - startedAt).toBeLessThan(1000);
});

describe("nothing private is in an outcome", () => {
  test.each(["K7Q9X2", "a b", "x9121234567", "K".repeat(99), "code12345"])(
    "the code %j is not kept",
    async (code) => {
      expect(await outcomeOf(error(code))).toEqual(refused("message", "undocumented", "unreadable"));
    },
  );
});
