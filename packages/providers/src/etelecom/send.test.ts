import { inspect } from "node:util";
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

describe("every documented answer has exactly one outcome", () => {
  test.each<[string, CannedAnswer, object]>([
    ["1", reply("1", "Success", { idOmniMess: ID }), accepted],
    ["-1", reply("-1", "PhoneNumber Wrong Format"), refused("recipient", "number_format", "-1")],
    ["-2", reply("-2", "Wrong Format Parameter: otp"), refused("message", "parameter_format", "-2 otp")],
    ["-3", reply("-3", "You have run out of messages"), refused("account", "balance", "-3")],
    [
      "-6",
      reply("-6", "Can't find template with templatecode: OTP "),
      refused("template", "template_unknown", "-6"),
    ],
    ["-8", reply("-8", "Can't find any routing for this request"), refused("template", "no_routing", "-8")],
    [
      "-9",
      reply("-9", "Can't find any information about channel: 3"),
      refused("message", "channel_unknown", "-9"),
    ],
    ["401 credentials", { status: 401, body: "Unauthorized" }, refused("account", "credentials", "401")],
    ["401 address", { status: 401, body: "Can't access from this IP" }, refused("account", "address", "401")],
  ])("%s", async (_, answer, outcome) => expect(await outcomeOf(answer)).toEqual(outcome));
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
    ["500", { status: 500, body: "" }, "http_500"],
    ["503 with a body of success", { status: 503, body: `{"status":"1","idOmniMess":"${ID}"}` }, "http_503"],
    ["302", { status: 302, body: "", headers: { location: "/" } }, "http_302"],
    ["404", { status: 404, body: "" }, "http_404"],
    ["400 with a body of refusal", { status: 400, body: '{"status":"-1"}' }, "http_400"],
    ["403", { status: 403, body: "" }, "http_403"],
    ["408", { status: 408, body: "" }, "http_408"],
    ["204", { status: 204, body: "" }, "not_understood"],
    ["HTML", ok("<html>status: 1</html>"), "not_understood"],
    ["nothing", ok(""), "not_understood"],
    ["cut JSON", ok('{"status":"1","idOmni'), "not_understood"],
    ["a byte order mark", ok('\uFEFF{"status":"-1"}'), "not_understood"],
    [
      "broken UTF-8",
      { status: 200, body: Buffer.from('{"status":"-1","code":"\xff"}', "latin1") },
      "not_understood",
    ],
    ["an array", ok('[{"status":"-1"}]'), "not_understood"],
    ["a text", ok('"1"'), "not_understood"],
    ["null", ok("null"), "not_understood"],
    ["no status", ok("{}"), "not_understood"],
    ["a status of another type", ok('{"status":["-1"]}'), "not_understood"],
    ["a status that is a word", ok('{"status":"Success"}'), "not_understood"],
    ["a status that is no whole number", ok('{"status":-1.5}'), "not_understood"],
    ["a status as long as a phone number", ok('{"status":"-84836106872"}'), "not_understood"],
    ["a status only by inheritance", ok('{"__proto__":{"status":"-1"}}'), "not_understood"],
    ["two statuses under one name", ok('{"status":"-1","Status":"1"}'), "not_understood"],
    ["200,000 brackets", ok("[".repeat(60_000)), "not_understood"],
  ])("%s", async (_, answer, evidence) => expect(await outcomeOf(answer)).toEqual(perhaps(evidence)));
});

describe("429", () => {
  test.each<[string, Record<string, string>, object]>([
    ["without a header", {}, {}],
    ["with seconds", { "retry-after": "3" }, { retryAfterMs: 3000 }],
    ["with garbage", { "retry-after": "soon" }, {}],
  ])("rests the account: %s", async (_, headers, wait) => {
    const outcome = await outcomeOf({ status: 429, body: "", headers });
    expect(outcome).toEqual({ kind: "throttled", scope: "account", ...wait });
  });
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

  test("a provider that echoes everything everywhere leaves no trace of it", async () => {
    const private_ = ["hunter2", "kunde", "84836106872", "K7Q9X2", "Nguyen"];
    for (const status of [200, 302, 400, 401, 403, 429, 500]) {
      for (const code of ["-1", "-2", "-3", "-6", "-8", "-9", "-4", "?"]) {
        await using server = await openAnsweringServer(({ body }) => ({
          status,
          headers: { "x-echo": body, "retry-after": body },
          body: JSON.stringify({ status: code, code: body, ...JSON.parse(body) }),
        }));
        await using provider = open(server);
        const outcomes = await provider.send([MESSAGE], never);
        const printed = inspect(outcomes, { depth: 9 }) + JSON.stringify([...outcomes]);
        for (const text of private_) expect(printed).not.toContain(text);
      }
    }
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

describe("several messages", () => {
  test("each get their own outcome, and no more requests at once than connections", async () => {
    await using server = await openAnsweringServer(({ body }) => {
      const { phonenumber } = JSON.parse(body) as { phonenumber: string };
      return phonenumber.endsWith("3")
        ? reply("-1", "")
        : reply("1", "Success", { idOmniMess: `I-${phonenumber}` });
    });
    await using provider = open(server, { connections: 3 });
    const messages = Array.from({ length: 20 }, (_, n) => ({
      ...MESSAGE,
      id: `m${n}`,
      to: `+8483610${1000 + n}`,
    }));
    const outcomes = await provider.send(messages, never);
    expect(outcomes.size).toBe(20);
    expect(outcomes.get("m3")).toMatchObject({ kind: "rejected" });
    expect(outcomes.get("m4")).toEqual({ kind: "accepted", providerId: "I-84836101004" });
    expect(server.mostAtOnce).toBeLessThanOrEqual(3);
  });

  test("an abort before anything is written is notSent for each", async () => {
    await using server = await openAnsweringServer(() => reply("1", ""));
    await using provider = open(server);
    const outcomes = await provider.send([MESSAGE, { ...MESSAGE, id: "m2" }], AbortSignal.abort());
    expect([...outcomes.values()]).toEqual(
      Array(2).fill({ kind: "notSent", phase: "guard", detail: "aborted" }),
    );
    expect(server.requests).toEqual([]);
  });

  test("a provider that is not there is notSent, one that is silent is maybeSent", async () => {
    const server = await openAnsweringServer(() => new Promise(() => {}));
    await using provider = open(server, { timeoutMs: 800 });
    expect((await provider.send([MESSAGE], never)).get("m1")).toEqual({
      kind: "maybeSent",
      phase: "headers",
      evidence: "deadline",
    });
    await server[Symbol.asyncDispose]();
    expect((await provider.send([MESSAGE], never)).get("m1")).toEqual({
      kind: "notSent",
      phase: "connect",
      detail: "ECONNREFUSED",
    });
  });
});
