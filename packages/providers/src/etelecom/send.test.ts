import type { Outcome } from "@hermod/core/outcome";
import { describe, expect, test } from "vitest";
import { type AnsweringServer, type CannedAnswer, openAnsweringServer } from "../answering-server.ts";
import type { OutgoingMessage } from "../provider.ts";
import { EtelecomAccount } from "./config.ts";
import { etelecom } from "./index.ts";

const never = new AbortController().signal;
const MESSAGE: OutgoingMessage = {
  id: "m1",
  to: "+84836106872",
  validForMs: 300_000,
  content: { template: "OTP", params: { otp: "K7Q9X2", name: "Nguyen Van An" } },
};

function open(server: AnsweringServer, account: object = {}) {
  const parsed = EtelecomAccount.parse({
    provider: "etelecom",
    baseUrl: server.baseUrl,
    username: "kunde",
    password: "hunter2",
    timeoutMs: 2000,
    ...account,
  });
  return etelecom.open(parsed);
}

/** What became of one message whose send request got this answer. */
async function outcomeOf(answer: CannedAnswer, message = MESSAGE): Promise<Outcome | undefined> {
  await using server = await openAnsweringServer(() => answer);
  await using provider = open(server);
  const outcomes = await provider.send([message], never);
  expect(server.requests.length).toBe(1);
  return outcomes.get(message.id);
}

const ok = (body: string): CannedAnswer => ({ status: 200, body });
const reply = (status: unknown, code: string, more: object = {}) =>
  ok(JSON.stringify({ status, code, ...more }));
const ID = "ICOMNI-0123456789ABCDEFGHIJKLMNOPQRST";
const accepted: Outcome = { kind: "accepted", providerId: ID };
const refused = (scope: string, code: string, providerCode: string) => ({
  kind: "rejected",
  scope,
  code,
  providerCode,
});
const perhaps = (evidence: string) => ({ kind: "maybeSent", phase: "answer", evidence });

describe("the request", () => {
  async function requestFor(message: OutgoingMessage, account: object = {}) {
    await using server = await openAnsweringServer(() => reply("1", "Success", { idOmniMess: ID }));
    await using provider = open(server, account);
    await provider.send([message], never);
    return { ...server.requests[0], host: new URL(server.baseUrl).host };
  }

  test("has the documented form, with the credentials in its body and nowhere else", async () => {
    const { host, ...request } = await requestFor(MESSAGE);
    const body =
      '{"username":"kunde","password":"hunter2","phonenumber":"84836106872","routerule":["3"],' +
      '"templatecode":"OTP","list_param":{"otp":"K7Q9X2","name":"Nguyen Van An"}}';
    expect(request).toEqual({
      method: "POST",
      path: "/api/OmniMessage/SendMessage",
      headers: {
        host,
        connection: "keep-alive",
        "content-type": "application/json",
        "content-length": String(body.length),
      },
      body,
    });
  });

  test.each([
    ["the account's channels", {}, { routeRule: ["1", "3"] }, ["1", "3"]],
    ["the message's channels before the account's", { routeRule: ["2"] }, { routeRule: ["1", "3"] }, ["2"]],
    [
      "a plain text where the host wants one (R1)",
      { routeRule: ["1", "3"] },
      { routeRuleForm: "string" },
      "1,3",
    ],
  ])("names %s", async (_, message, account, routerule) => {
    const { body = "" } = await requestFor({ ...MESSAGE, ...message }, account);
    expect(JSON.parse(body)).toMatchObject({ routerule });
  });

  test("has an empty list_param where the message has no parameters", async () => {
    const { body = "" } = await requestFor({ ...MESSAGE, content: { template: "HELLO" } });
    expect(JSON.parse(body)).toMatchObject({ templatecode: "HELLO", list_param: {} });
  });

  test("is not made for a message without a template", async () => {
    await using server = await openAnsweringServer(() => reply("1", "Success"));
    await using provider = open(server);
    const outcomes = await provider.send([{ ...MESSAGE, content: { text: "hello" } }], never);
    expect(outcomes.get("m1")).toEqual(refused("message", "needs_template", ""));
    expect(server.requests).toEqual([]);
  });
});

describe("what the documents leave open is read tolerantly", () => {
  test.each<[string, CannedAnswer, object]>([
    [
      "a key with blanks (R2)",
      ok(`{ "status": "1", "code": "Success", " idOmniMess ": " ${ID} " }`),
      accepted,
    ],
    ["keys in other letters", ok(`{"Status":"1","IDOMNIMESS":"${ID}"}`), accepted],
    ["a number as id", reply("1", "Success", { idOmniMess: 4711 }), { kind: "accepted", providerId: "4711" }],
    ["a number as status", reply(1, "Success", { idOmniMess: ID }), accepted],
    ["a number as refusal", reply(-3, "You have run out of messages"), refused("account", "balance", "-3")],
    ["a status with blanks", reply(" -1 ", ""), refused("recipient", "number_format", "-1")],
    ["further fields", reply("1", "Success", { message: "ok", idOmniMess: ID, __proto__: null }), accepted],
    ["a 401 in quotes", { status: 401, body: '"Unauthorized"' }, refused("account", "credentials", "401")],
    [
      "a 401 in JSON",
      { status: 401, body: '{"code":"Can\'t access from this IP"}' },
      refused("account", "address", "401"),
    ],
    ["a 401 without a word", { status: 401, body: "" }, refused("account", "unauthorized", "401")],
    ["a 401 with other words", { status: 401, body: "locked" }, refused("account", "unauthorized", "401")],
    ["a code of the gaps", reply("-4", "?"), refused("message", "undocumented", "-4")],
    ["another code of the gaps", reply(-777, "?"), refused("message", "undocumented", "-777")],
  ])("%s", async (_, answer, outcome) => expect(await outcomeOf(answer)).toEqual(outcome));
});

describe("an accepted message without a usable id is accepted, and not sent again", () => {
  test.each<[string, object]>([
    ["none", {}],
    ["an empty one", { idOmniMess: " " }],
    ["null", { idOmniMess: null }],
    ["an object", { idOmniMess: { id: 1 } }],
    ["an endless one", { idOmniMess: "x".repeat(201) }],
    ["one with a line break", { idOmniMess: "a\r\nb" }],
  ])("%s", async (_, more) =>
    expect(await outcomeOf(reply("1", "Success", more))).toEqual({ kind: "accepted" }),
  );
});

describe("an answer that proves nothing is maybeSent", () => {
  test.each<[string, CannedAnswer, string]>([
    ["404", { status: 404, body: "" }, "http_404"],
    ["400 with a body of refusal", { status: 400, body: '{"status":"-1"}' }, "http_400"],
    ["403", { status: 403, body: "" }, "http_403"],
    ["408", { status: 408, body: "" }, "http_408"],
    ["an array", ok('[{"status":"-1"}]'), "not_understood"],
    ["a text", ok('"1"'), "not_understood"],
    ["no status", ok("{}"), "not_understood"],
    ["a status of another type", ok('{"status":["-1"]}'), "not_understood"],
    ["a status that is a word", ok('{"status":"Success"}'), "not_understood"],
    ["a status that is no whole number", ok('{"status":-1.5}'), "not_understood"],
    ["a status as long as a phone number", ok('{"status":"-84836106872"}'), "not_understood"],
    ["two statuses under one name", ok('{"status":"-1","Status":"1"}'), "not_understood"],
  ])("%s", async (_, answer, evidence) => expect(await outcomeOf(answer)).toEqual(perhaps(evidence)));
});

describe("nothing private is in an outcome", () => {
  const params = { otp: "K7Q9X2", name: "Nguyen Van An" };
  test.each([
    ["the value itself", "K7Q9X2"],
    ["a part of a value", "nguyen"],
    ["more than a name", "otp K7Q9X2"],
    ["digits", "123456"],
    ["a number", "84836106872"],
  ])("a malformed parameter that is told as %s is not named", async (_, told) => {
    const outcome = await outcomeOf(reply("-2", `Wrong Format Parameter: ${told}`), {
      ...MESSAGE,
      content: { template: "OTP", params },
    });
    expect(outcome).toEqual(refused("message", "parameter_format", "-2"));
  });

  test("a malformed parameter of ours is named, though a value holds the same word", async () => {
    const message = { ...MESSAGE, content: { template: "OTP", params: { otp: "your otp: K7Q9X2" } } };
    const outcome = await outcomeOf(reply("-2", "Wrong Format Parameter: otp"), message);
    expect(outcome).toMatchObject({ providerCode: "-2 otp" });
  });

  test("a malformed parameter that we did not send is named", async () => {
    expect(await outcomeOf(reply("-2", "Wrong Format Parameter: expiry "))).toMatchObject({
      providerCode: "-2 expiry",
    });
  });
});

test("an account names codes that no document does, and none that means taken", async () => {
  const errorCodes = {
    "1": { scope: "account", code: "busy" },
    "-4": { scope: "account", code: "locked" },
    "-3": { scope: "account", code: "quota" },
  };
  const outcomeFor = async (status: string) => {
    await using server = await openAnsweringServer(() => reply(status, "?"));
    await using provider = open(server, { errorCodes });
    return (await provider.send([MESSAGE], never)).get("m1");
  };
  expect(await outcomeFor("-4")).toEqual(refused("account", "locked", "-4"));
  expect(await outcomeFor("-3")).toEqual(refused("account", "quota", "-3"));
  expect(await outcomeFor("-5")).toEqual(refused("message", "undocumented", "-5"));
  expect(await outcomeFor("1")).toEqual({ kind: "accepted" });
});
