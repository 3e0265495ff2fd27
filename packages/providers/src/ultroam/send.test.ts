import type { Outcome } from "@hermod/core/outcome";
import { CERTIFICATE_FILE } from "@hermod/testing/raw-server";
import { describe, expect, test } from "vitest";
import { openStrictBox } from "../../test/strict-box.ts";
import { type CannedAnswer, openAnsweringServer, type ReceivedRequest } from "../answering-server.ts";
import type { OutgoingMessage } from "../provider.ts";
import { UltroamAccount } from "./config.ts";
import { ultroam } from "./index.ts";
import { encodingOf } from "./text.ts";

const never = new AbortController().signal;
const MESSAGE: OutgoingMessage = {
  id: "m1",
  to: "+84836106872",
  reference: 17,
  validForMs: 300_000,
  content: { text: "Your code is K7Q9X2" },
};

function open({ baseUrl }: { readonly baseUrl: string }, account: object = {}) {
  const parsed = UltroamAccount.parse({
    provider: "ultroam",
    baseUrl,
    username: "kunde",
    password: "hunter2",
    auth: "basic",
    timeoutMs: 2000,
    ...account,
  });
  return ultroam.open(parsed);
}

/** What became of messages, and which requests they were. */
async function sendTo(
  answer: (request: ReceivedRequest) => CannedAnswer | Promise<CannedAnswer>,
  { messages = [MESSAGE], account = {}, signal = never } = {},
) {
  await using server = await openAnsweringServer(answer);
  await using provider = open(server, account);
  const outcomes = await provider.send(messages, signal);
  return { outcomes, outcome: outcomes.get("m1"), requests: server.requests };
}

const ok = (body: string): CannedAnswer => ({ status: 200, body });
const reply = (error_code: unknown, more: object = {}) =>
  ok(JSON.stringify({ error_code, sn: "db00-0001-0102-0304", sms_in_queue: 2, ...more }));
const taken = () => reply(202, { task_id: 3 });
const outcomeOf = async (answer: CannedAnswer): Promise<Outcome | undefined> =>
  (await sendTo(() => answer)).outcome;
const accepted = { kind: "accepted", providerId: "17", batchId: "3" };
const refused = (scope: string, code: string, providerCode: string) => ({
  kind: "rejected",
  scope,
  code,
  providerCode,
});
const perhaps = (evidence: string) => ({ kind: "maybeSent", phase: "answer", evidence });

describe("the request", () => {
  test("has the documented form, with the credentials in its header and nowhere else", async () => {
    const { requests } = await sendTo(taken);
    const body =
      '{"text":"Your code is K7Q9X2","param":[{"number":"84836106872","user_id":17}],' +
      '"encoding":"gsm-7bit","request_status_report":true}';
    expect(requests).toMatchObject([
      {
        method: "POST",
        path: "/api/send_sms",
        headers: {
          authorization: `Basic ${Buffer.from("kunde:hunter2").toString("base64")}`,
          "content-type": "application/json",
          "content-length": String(body.length),
        },
        body,
      },
    ]);
  });

  test.each([
    ["ports", { ports: [0, 31] }, { port: [0, 31] }],
    ["a prefix of numbers", { numberPrefix: "+" }, { param: [{ number: "+84836106872", user_id: 17 }] }],
    [
      "the other prefix of numbers",
      { numberPrefix: "00" },
      { param: [{ number: "0084836106872", user_id: 17 }] },
    ],
  ])("names the account's %s", async (_, account, expected) => {
    const { requests } = await sendTo(taken, { account });
    expect(JSON.parse(requests[0]?.body ?? "")).toMatchObject(expected);
  });

  test.each([
    ["Hello @£$ {[€]} ÄÖÜß\n", "gsm-7bit"],
    ["Xin chào", "gsm-7bit"],
    ["Xin chào bạn", "unicode"],
    ["Привет", "unicode"],
    ["fine 👍", "unicode"],
    ["a `quote`", "unicode"],
    ["ç and Ç differ", "unicode"],
  ])("has the encoding that can say %j", async (text, encoding) => {
    const { requests } = await sendTo(taken, { messages: [{ ...MESSAGE, content: { text } }] });
    expect(JSON.parse(requests[0]?.body ?? "")).toMatchObject({ text, encoding });
  });

  test("the GSM alphabet has its 127 characters and the 9 visible ones of its extension", () => {
    const all = Array.from({ length: 0x2100 }, (_, code) => String.fromCharCode(code));
    expect(all.filter((character) => encodingOf(character) === "gsm-7bit").length).toBe(127 + 9);
  });

  test("takes a text where the message brings a template as well", async () => {
    const content = { text: "Hello", template: "OTP", params: { otp: "1" } };
    expect((await sendTo(taken, { messages: [{ ...MESSAGE, content }] })).outcome).toEqual(accepted);
  });
});

describe("a request is not made for", () => {
  const { reference: _, ...WITHOUT } = MESSAGE;
  const withText = (text: string) => ({ ...MESSAGE, content: { text } });
  test.each<[string, OutgoingMessage, object]>([
    [
      "a template without a text",
      { ...MESSAGE, content: { template: "OTP" } },
      refused("message", "needs_text", ""),
    ],
    ["671 characters", withText("a".repeat(671)), refused("message", "text_too_long", "")],
    ["1501 bytes", withText(`${"ạ".repeat(500)}a`), refused("message", "text_too_long", "")],
    ["336 pairs of units", withText("👍".repeat(336)), refused("message", "text_too_long", "")],
    ["the placeholder", withText("a #param# b"), refused("message", "text_has_placeholder", "")],
    ["a message without a reference", WITHOUT, refused("account", "no_reference", "")],
    ["a reference of 0", { ...MESSAGE, reference: 0 }, refused("account", "no_reference", "")],
    ["a reference above 2^31", { ...MESSAGE, reference: 2 ** 31 }, refused("account", "no_reference", "")],
  ])("%s", async (_, message, outcome) => {
    const sent = await sendTo(taken, { messages: [message] });
    expect(sent.outcome).toEqual(outcome);
    expect(sent.requests).toEqual([]);
  });

  test.each(["a".repeat(670), "ạ".repeat(500), "👍".repeat(335)])("but for what just fits", async (text) => {
    expect((await sendTo(taken, { messages: [withText(text)] })).outcome).toEqual(accepted);
  });
});

const REFUSED: [number, object][] = [
  [400, refused("message", "request_format", "400")],
  [413, refused("message", "too_large", "413")],
  [500, perhaps("error_500")],
  [550, { kind: "throttled", scope: "account" }],
];

describe("a documented error_code", () => {
  test.each(REFUSED)("%d may stand in the HTTP status as well", async (code, outcome) => {
    expect(await outcomeOf({ ...reply(code, { task_id: 3 }), status: code })).toEqual(outcome);
  });

  test.each([
    [401, "credentials"],
    [403, "forbidden"],
    [404, "api_unavailable"],
  ])("HTTP %d holds the account", async (status, code) => {
    const outcome = await outcomeOf({ status, body: "<html>" });
    expect(outcome).toEqual(refused("account", code, String(status)));
  });
});

test("an account names codes that no document does, and none that means taken", async () => {
  const busy = { scope: "account", code: "busy" };
  const account = { errorCodes: { 202: busy, 486: busy, 550: { scope: "account", code: "no_port" } } };
  const outcomeFor = async (code: number) => (await sendTo(() => reply(code), { account })).outcome;
  expect(await outcomeFor(486)).toEqual(refused("account", "busy", "486"));
  expect(await outcomeFor(550)).toEqual(refused("account", "no_port", "550"));
  expect(await outcomeFor(202)).toMatchObject({ kind: "accepted" });
  expect(await outcomeFor(487)).toEqual(perhaps("error_487"));
});

describe("what the documents leave open", () => {
  test.each<[string, CannedAnswer, object]>([
    ["a code as text", reply("202", { task_id: "3" }), accepted],
    ["names with blanks, in other letters", ok('{" Error_Code ":202,"task_i d":3}'), accepted],
    ["a line break within a text", ok('{"error_code":202,"sn":"a\nb","task_id":3}'), accepted],
    ["no task", reply(202), { kind: "accepted", providerId: "17" }],
    ["a task that is none", reply(202, { task_id: { a: 1 } }), { kind: "accepted", providerId: "17" }],
    ["a code that is not documented", reply(486), perhaps("error_486")],
    ["a code that is too long", reply(84836106872), perhaps("not_understood")],
    ["a broken code", reply(202.5), perhaps("not_understood")],
    ["a code of another type", reply([202]), perhaps("not_understood")],
    ["no code", ok("{}"), perhaps("not_understood")],
    ["two codes", ok('{"error_code":400,"Error_Code":202}'), perhaps("not_understood")],
    ["an array", ok('[{"error_code":400}]'), perhaps("not_understood")],
    ["HTTP 400 without a code", { status: 400, body: "Bad Request" }, perhaps("http_400")],
  ])("%s", async (_, answer, outcome) => expect(await outcomeOf(answer)).toEqual(outcome));
});

describe("several messages", () => {
  const some = (count: number, text = (n: number) => `Code ${n}`): OutgoingMessage[] =>
    Array.from({ length: count }, (_, n) => ({
      ...MESSAGE,
      id: `m${n}`,
      to: `+8483610${1000 + n}`,
      reference: 100 + n,
      content: { text: text(n) },
    }));
  const bodies = (requests: readonly ReceivedRequest[]) =>
    requests.map(
      ({ body }) => JSON.parse(body) as { text: string; encoding: string; param: { user_id: number }[] },
    );

  test("go one by one where the account says nothing", async () => {
    const { requests, outcomes } = await sendTo(taken, { messages: some(5) });
    expect(requests.length).toBe(5);
    expect(outcomes.get("m4")).toEqual({ kind: "accepted", providerId: "104", batchId: "3" });
  });

  test("go together, each with its own text in a parameter", async () => {
    const { requests, outcomes } = await sendTo(taken, { messages: some(2), account: { sendBatch: 128 } });
    expect(bodies(requests)).toEqual([
      {
        text: "#param#",
        param: [
          { number: "84836101000", text_param: ["Code 0"], user_id: 100 },
          { number: "84836101001", text_param: ["Code 1"], user_id: 101 },
        ],
        encoding: "gsm-7bit",
        request_status_report: true,
      },
    ]);
    expect([...outcomes.keys()].sort()).toEqual(["m0", "m1"]);
  });

  test("go together with one text where they have the same", async () => {
    const { requests } = await sendTo(taken, { messages: some(2, () => "Hi"), account: { sendBatch: 2 } });
    expect(bodies(requests)).toMatchObject([
      { text: "Hi", param: [{ number: "84836101000", user_id: 100 }, { user_id: 101 }] },
    ]);
    expect(requests[0]?.body).not.toContain("text_param");
  });

  test("go apart where their encodings differ", async () => {
    const messages = some(4, (n) => (n % 2 === 0 ? "plain" : "bạn"));
    const { requests } = await sendTo(taken, { messages, account: { sendBatch: 128 } });
    const sent = bodies(requests).map(({ encoding, param }) => [
      encoding,
      param.map(({ user_id }) => user_id),
    ]);
    expect(Object.fromEntries(sent)).toEqual({ "gsm-7bit": [100, 102], unicode: [101, 103] });
  });

  test("go in requests no larger than documented, each message once", async () => {
    const { requests, outcomes } = await sendTo(taken, { messages: some(300), account: { sendBatch: 128 } });
    const sent = bodies(requests).map(({ param }) => param.length);
    expect(sent.sort()).toEqual([128, 128, 44]);
    expect(outcomes.size).toBe(300);
  });

  test.each([400, 413])(
    "do not suffer for one of them over which the box refuses them all with %d",
    async (code) => {
      const { requests, outcomes } = await sendTo(
        ({ body }) => (body.includes('"user_id":101') ? reply(code) : taken()),
        {
          messages: some(3),
          account: { sendBatch: 128 },
        },
      );
      expect(requests.length).toBe(4);
      expect(outcomes.get("m1")).toMatchObject({ kind: "rejected", scope: "message" });
      expect(outcomes.get("m0")).toMatchObject({ kind: "accepted", providerId: "100" });
      expect(outcomes.get("m2")).toMatchObject({ kind: "accepted", providerId: "102" });
    },
  );

  test("do not suffer for the recipient of one of them over which the account says the box refuses them all", async () => {
    const barred = { scope: "recipient", code: "barred" };
    const { outcomes } = await sendTo(({ body }) => (body.includes('"user_id":101') ? reply(486) : taken()), {
      messages: some(3),
      account: { sendBatch: 128, errorCodes: { 486: barred } },
    });
    const kinds = [...outcomes].sort().map(([, { kind }]) => kind);
    expect(kinds).toEqual(["accepted", "rejected", "accepted"]);
    expect(outcomes.get("m1")).toMatchObject(barred);
  });

  test("have one deadline over the refused request and those that follow it", async () => {
    const answer = ({ body }: ReceivedRequest) =>
      new Promise<CannedAnswer>((resolve) => {
        const isFirst = body.includes('"user_id":102');
        if (isFirst && body.includes('"user_id":100')) setTimeout(() => resolve(reply(400)), 900);
      });
    const startedAt = performance.now();
    const { outcomes, requests } = await sendTo(answer, {
      messages: some(3),
      account: { sendBatch: 128, timeoutMs: 1000 },
    });
    expect(performance.now() - startedAt).toBeLessThan(1700);
    expect(requests.length).toBe(4);
    for (const outcome of outcomes.values()) expect(outcome).toMatchObject({ kind: "maybeSent" });
  });

  test.each([reply(500), reply(550), { status: 403, body: "" }])(
    "share what says nothing of one of them",
    async (answer) => {
      const { requests, outcomes } = await sendTo(() => answer, {
        messages: some(3),
        account: { sendBatch: 128 },
      });
      expect(requests.length).toBe(1);
      expect(new Set([...outcomes.values()].map((outcome) => JSON.stringify(outcome))).size).toBe(1);
    },
  );

  test("that cannot be sent do not keep the others back", async () => {
    const messages = some(3, (n) => (n === 1 ? "#param#" : "Hi"));
    const { outcomes } = await sendTo(taken, { messages, account: { sendBatch: 128 } });
    expect([...outcomes.values()].map(({ kind }) => kind).sort()).toEqual([
      "accepted",
      "accepted",
      "rejected",
    ]);
  });
});

describe("what became of a request without an answer", () => {
  test("a dropped connection is maybeSent, and nothing is repeated", async () => {
    await using box = await openStrictBox({ answer: () => "drop" });
    await using provider = open(box, { auth: "auto" });
    expect((await provider.send([MESSAGE], never)).get("m1")).toMatchObject({
      kind: "maybeSent",
      phase: "headers",
    });
    expect(box.log.filter(({ method }) => method === "POST").length).toBe(1);
  });
});

describe("with Digest", () => {
  const digest = { auth: "auto" };

  test("a wrong password holds the account, after the one repetition", async () => {
    await using box = await openStrictBox({ answer: taken, password: "another" });
    await using provider = open(box, digest);
    const outcomes = await provider.send([MESSAGE], never);
    expect(outcomes.get("m1")).toEqual(refused("account", "credentials", "401"));
    expect(box.log.map(({ status }) => status)).toEqual([401, 401, 401]);
  });

  test("a nonce that is always too old is no fault of the credentials", async () => {
    await using box = await openStrictBox({ answer: taken, alwaysStale: true });
    await using provider = open(box, digest);
    expect((await provider.send([MESSAGE], never)).get("m1")).toEqual({
      kind: "throttled",
      scope: "message",
    });
  });

  test("a box that offers only what the account must not do holds the account", async () => {
    await using box = await openStrictBox({ answer: taken, offers: "basic" });
    await using provider = open(box, { auth: "digest" });
    expect((await provider.send([MESSAGE], never)).get("m1")).toEqual(refused("account", "challenge", "401"));
  });

  test("and TLS with a certificate of the box's own, a message is taken", async () => {
    await using box = await openStrictBox({ answer: taken, tls: true });
    await using provider = open(box, { ...digest, caFile: CERTIFICATE_FILE });
    expect((await provider.send([MESSAGE], never)).get("m1")).toEqual(accepted);
  });
});

describe("the configuration", () => {
  const BASE = { provider: "ultroam", baseUrl: "https://10.0.0.5", username: "u", password: "p" };
  const parse = (account: object) => UltroamAccount.safeParse({ ...BASE, ...account });

  test("has the documented defaults and limits", () => {
    expect(parse({}).data).toMatchObject({ auth: "auto", sendBatch: 1, statusBatch: 32 });
    const capabilities = {
      content: ["text"],
      reference: "correlates",
      lookup: "byReference",
      sendBatch: 1,
      statusBatch: 32,
      text: { source: "documented", maxCharacters: 670, maxBytes: 1500, placeholders: ["#param#"] },
      number: { written: "84…" },
    };
    expect(ultroam.capabilities(UltroamAccount.parse(BASE))).toMatchObject(capabilities);
  });

  test.each([
    { sendBatch: 129 },
    { statusBatch: 33 },
    { ports: [32] },
    { ports: [] },
    { auth: "none" },
    { username: "a:b" },
  ])("refuses %j", (account) => expect(parse(account).success).toBe(false));
});
