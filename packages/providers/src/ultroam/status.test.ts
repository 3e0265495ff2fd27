import type { Report, StatusAnswer } from "@hermod/core/report";
import { describe, expect, test } from "vitest";
import { type CannedAnswer, openAnsweringServer, type ReceivedRequest } from "../answering-server.ts";
import type { FollowedMessage } from "../provider.ts";
import { deliveryMeaning } from "./codes.ts";
import { UltroamAccount } from "./config.ts";
import { ultroam } from "./index.ts";

const never = new AbortController().signal;
const MESSAGE: FollowedMessage = { id: "m1", to: "+84836106872", providerId: "17", reference: 17 };
const RECORD = {
  port: 0,
  user_id: 17,
  number: "84836106872",
  time: "2014-12-21 12:06:01",
  status: "SENT_OK",
  count: 3,
  succ_count: 3,
  ref_id: 12,
  imsi: "460004642148063",
};

/** What status requests told about messages, and which requests they were. */
async function ask(
  answer: (request: ReceivedRequest) => CannedAnswer | Promise<CannedAnswer>,
  { messages = [MESSAGE], account = {}, signal = never } = {},
) {
  await using server = await openAnsweringServer(answer);
  const parsed = UltroamAccount.parse({
    provider: "ultroam",
    baseUrl: server.baseUrl,
    username: "kunde",
    password: "hunter2",
    auth: "basic",
    timeoutMs: 2000,
    ...account,
  });
  await using provider = ultroam.open(parsed);
  const answers = await provider.status(messages, signal);
  return { answers, first: answers.get("m1"), requests: server.requests };
}

const ok = (body: string): CannedAnswer => ({ status: 200, body });
const list = (...result: unknown[]) => ok(JSON.stringify({ error_code: 200, sn: "db00", result }));
const told = async (...records: unknown[]): Promise<StatusAnswer | undefined> =>
  (await ask(() => list(...records))).first;
const answerTo = async (answer: CannedAnswer) => (await ask(() => answer)).first;
const DETAILS = { port: "0", count: "3", succCount: "3", refId: "12" };
const report = (more: Partial<Report>) => ({ kind: "report", report: { details: DETAILS, ...more } });
const SENT = report({ kind: "sent", word: "SENT_OK", parts: 3 });
const nothing = (reason: string) => ({ kind: "unavailable", reason });

test("the request has the documented form, all references in one", async () => {
  const messages = [MESSAGE, { ...MESSAGE, id: "m2", reference: 18 }];
  const { requests } = await ask(() => list(), { messages });
  expect(requests).toMatchObject([
    {
      method: "POST",
      path: "/api/query_sms_result",
      headers: { "content-type": "application/json" },
      body: '{"user_id":[17,18]}',
    },
  ]);
});

test("1000 messages are asked about in 32 requests, each once", async () => {
  const messages = Array.from({ length: 1000 }, (_, n) => ({ ...MESSAGE, id: `m${n}`, reference: n + 1 }));
  const { requests, answers } = await ask(
    ({ body }) =>
      list(...(JSON.parse(body) as { user_id: number[] }).user_id.map((user_id) => ({ ...RECORD, user_id }))),
    { messages },
  );
  const asked = requests.map(({ body }) => (JSON.parse(body) as { user_id: number[] }).user_id);
  expect(asked.length).toBe(32);
  expect(Math.max(...asked.map(({ length }) => length))).toBe(32);
  expect(new Set(asked.flat()).size).toBe(1000);
  expect([...answers.values()]).toEqual(Array(1000).fill(SENT));
});

test("a message whose reference is known as the provider's id alone is asked about", async () => {
  const messages = [{ id: "m1", to: MESSAGE.to, providerId: "17" }];
  expect((await ask(() => list(RECORD), { messages })).first).toEqual(SENT);
});

test.each([{}, { providerId: "x" }, { providerId: "0" }, { providerId: "9999999999" }])(
  "a message without a reference is not asked about: %j",
  async (more) => {
    const { first, requests } = await ask(() => list(), {
      messages: [{ id: "m1", to: MESSAGE.to, ...more }],
    });
    expect(first).toEqual(nothing("no_reference"));
    expect(requests).toEqual([]);
  },
);

describe("every documented word has exactly one meaning", () => {
  test.each([
    ["SENDING", { kind: "pending" }],
    ["SENT_OK", { kind: "sent", parts: 3 }],
    ["DELIVERED", { kind: "delivered", parts: 3 }],
    ["FAILED", { kind: "undelivered", parts: 3, code: "partly_sent" }],
    ["Canceled", { kind: "undelivered", parts: 3, code: "partly_sent" }],
    [" delivered ", { kind: "delivered", parts: 3 }],
  ] as const)("%j", async (status, expected) => {
    expect(await told({ ...RECORD, status })).toEqual(report({ word: status.trim(), ...expected }));
  });

  test.each(["84836106872", "x".repeat(65), "a\u0000b", "", 7, ["SENT_OK"], null])(
    "%j is not kept, and unmapped",
    async (status) => {
      expect(await told({ ...RECORD, status })).toEqual(report({ kind: "unmapped", word: "unreadable" }));
    },
  );

  test("a message of which nothing was sent has failed without more", async () => {
    const details = { ...DETAILS, succCount: "0" };
    const expected = report({ kind: "undelivered", word: "FAILED", parts: 0, details });
    expect(await told({ ...RECORD, status: "FAILED", succ_count: 0 })).toEqual(expected);
  });

  test("a task that was stopped before anything was sent is told apart", async () => {
    const answer = await told({ ...RECORD, status: "Canceled", succ_count: 0 });
    expect(answer).toMatchObject({ report: { kind: "undelivered", code: "canceled" } });
  });

  test("a failure of which parts were sent says so, since they may have arrived", async () => {
    const answer = await told({ ...RECORD, status: "FAILED", succ_count: 1 });
    expect(answer).toMatchObject({
      report: { kind: "undelivered", code: "partly_sent", parts: 1, details: { count: "3", succCount: "1" } },
    });
  });
});

describe("a record belongs to the message with its reference and its number", () => {
  test.each([
    "84836106872",
    "+84836106872",
    "0084836106872",
    " 84836106872 ",
    "0836106872",
    "+84 836-106-872",
    84836106872,
  ])("the number may be printed as %j", async (number) =>
    expect(await told({ ...RECORD, number })).toEqual(SENT),
  );

  test.each(["84836106873", "10086", "6872", "", "x84836106872", "184836106872", null, undefined])(
    "the number %j is another one",
    async (number) => expect(await told({ ...RECORD, number })).toEqual(nothing("other_number")),
  );

  test.each(["17", " 17 "])("the reference may be the text %j", async (user_id) => {
    expect(await told({ ...RECORD, user_id })).toEqual(SENT);
  });

  test.each([18, 0, null, undefined])("a record of reference %j is not its own", async (user_id) => {
    expect(await told({ ...RECORD, user_id })).toEqual({ kind: "absent" });
  });

  test("several of its records count as the furthest of them", async () => {
    const later = ["FAILED", "SENDING", "DELIVERED", "SENT_OK"].map((status) => ({ ...RECORD, status }));
    for (const [count, kind] of [
      [4, "delivered"],
      [2, "pending"],
    ] as const) {
      const details = { ...DETAILS, records: String(count) };
      expect(await told(...later.slice(0, count))).toMatchObject({ report: { kind, details } });
    }
  });
});

describe("several records with its reference and number, of which one is of another time", () => {
  const submittedAt = Date.parse("2014-12-21T10:00:00Z");
  const old = { ...RECORD, time: "2013-01-01 00:00:00", status: "DELIVERED" };
  const told = async (...records: unknown[]) =>
    (await ask(() => list(...records), { messages: [{ ...MESSAGE, submittedAt }] })).first;

  test("count without that one", async () => expect(await told(old, RECORD)).toEqual(SENT));

  test("count all where none is near, since the clock of the box may be wrong", async () => {
    const records = [old, { ...RECORD, time: "2012-01-01 00:00:00" }];
    expect(await told(...records)).toMatchObject({ report: { kind: "delivered" } });
  });

  test("a single one counts whenever it was", async () => {
    expect(await told(old)).toMatchObject({ report: { kind: "delivered" } });
  });
});

describe("what is printed irregularly (G3) is read", () => {
  test.each<[string, string]>([
    ["the documented example", documented('"2014-12-21\n\n12:06:01"', '"ref_id"')],
    ["a name with a blank", documented('"2014-12-21 12:06:01"', '"ref_i d"')],
    ["a date without a blank", documented('"2014-12-2112:06:01"', '"ref_id"')],
    ["names in other letters", documented('"2014-12-21 12:06:01"', '"Ref_Id"').replace('"imsi"', '"Imsi"')],
    ["no readable date", documented("7", '"ref_id"')],
  ])("%s", async (_, body) => expect(await answerTo(ok(body))).toEqual(SENT));

  function documented(time: string, refId: string): string {
    return `{"error_code":200,"sn":"xxxx-xxxx-xxxx-xxxx","result":[{"port":\n\n0,"user_id":17,"number":"84836106872","time":${time},"status":"SENT_OK","count":3, "succ_count":3,  ${refId}:12,"imsi":"460004642148063"}]}`;
  }

  test("the card's number and the phone's are not kept", async () => {
    const answer = await told({
      ...RECORD,
      port: 84836106872,
      count: "460004642148063",
      status: "FAILED 84836106872",
    });
    expect(JSON.stringify(answer)).not.toMatch(/84836106872|460004642148063/);
  });
});

test("records that come with the code of a send that was taken count as well", async () => {
  expect(await answerTo(ok(JSON.stringify({ error_code: 202, result: [RECORD] })))).toEqual(SENT);
});

describe("nothing on a message", () => {
  test.each<[string, CannedAnswer, object]>([
    ["an empty list", list(), { kind: "absent" }],
    ["no list", ok('{"error_code":200,"sn":"db00"}'), { kind: "absent" }],
    ["a list of null", ok('{"error_code":200,"result":null}'), nothing("not_understood")],
    ["a list that is none", ok('{"error_code":200,"result":{}}'), nothing("not_understood")],
    ["a record that is none", list("SENT_OK"), nothing("not_understood")],
    ["a record with two statuses", list({ ...RECORD, Status: "FAILED" }), nothing("not_understood")],
    ["a record whose reference cannot be read", list({ ...RECORD, user_id: {} }), nothing("not_understood")],
    ["no code", ok('{"result":[]}'), nothing("not_understood")],
    ["HTTP 404", { status: 404, body: "" }, nothing("http_404")],
  ])("%s", async (_, answer, expected) => expect(await answerTo(answer)).toEqual(expected));

  test("a request that fails leaves the others alone", async () => {
    const messages = [MESSAGE, { ...MESSAGE, id: "m2", reference: 18 }];
    const answer = ({ body }: ReceivedRequest) =>
      body.includes("18") ? { status: 500, body: "" } : list(RECORD);
    const { answers } = await ask(answer, { messages, account: { statusBatch: 1 } });
    expect([answers.get("m1"), answers.get("m2")]).toEqual([SENT, nothing("http_500")]);
  });
});

describe("the reason of a failure", () => {
  const FAILED = { ...RECORD, status: "FAILED", succ_count: 3 };
  const DELIVERY = {
    port: 0,
    number: "84836106872",
    time: "2014-12-21 12:07:30",
    ref_id: 12,
    status_code: 70,
    imsi: "460004642148063",
  };
  const reasons = (record: object, ...deliveries: unknown[]) =>
    ask(({ path }) => (path === "/api/query_sms_result" ? list(record) : list(...deliveries)));

  test("is asked for by the failed numbers alone, in one request", async () => {
    const messages = [
      MESSAGE,
      { ...MESSAGE, id: "m2", reference: 18 },
      { ...MESSAGE, id: "m3", reference: 19 },
    ];
    const records = [FAILED, { ...RECORD, user_id: 18 }, { ...FAILED, user_id: 19, succ_count: 0 }];
    const answer = ({ path }: ReceivedRequest) =>
      path === "/api/query_sms_result" ? list(...records) : list(DELIVERY);
    const { requests } = await ask(answer, { messages });
    expect(requests.map(({ path, body }) => [path, body])).toEqual([
      ["/api/query_sms_result", '{"user_id":[17,18,19]}'],
      [
        "/api/query_sms_deliver_status",
        '{"number":["84836106872"],"time_after":"2014-12-20 12:06:01","time_before":"2014-12-22 12:06:01"}',
      ],
    ]);
  });

  test("is asked for without a time where a record has none that can be read", async () => {
    const messages = [MESSAGE, { ...MESSAGE, id: "m2", reference: 18 }];
    const records = [FAILED, { ...FAILED, user_id: 18, time: "yesterday" }];
    const { requests } = await ask(() => list(...records), { messages });
    expect(requests[1]?.body).toBe('{"number":["84836106872"]}');
  });

  test.each([
    { status: "SENT_OK" },
    { status: "DELIVERED" },
    { status: "SENDING" },
    { status: "FAILED", succ_count: 0 },
    { status: "FAILED", ref_id: undefined },
  ])("is not asked for where there can be none: %j", async (more) => {
    expect((await reasons({ ...FAILED, ...more }, DELIVERY)).requests.length).toBe(1);
  });

  test("is the code of the report with the same port, number, reference and day", async () => {
    const others = [
      { port: 1 },
      { number: "84836106870" },
      { ref_id: 11 },
      { ref_id: 15 },
      { time: "2014-12-23 12:06:01" },
    ];
    const strangers = others.map((other) => ({ ...DELIVERY, status_code: 99, ...other }));
    const { first } = await reasons(FAILED, ...strangers, DELIVERY, "x", { ref_id: 12 });
    const details = { ...DETAILS, deliveryStatus: "permanent" };
    expect(first).toEqual(report({ kind: "undelivered", word: "FAILED", parts: 3, code: "70", details }));
  });

  test("is found among the parts of a long message, whose references begin anew after 255", async () => {
    const parts = [254, 255, 0].map((ref_id, n) => ({ ...DELIVERY, ref_id, status_code: [0, 0, 46][n] }));
    const { first } = await reasons({ ...FAILED, ref_id: 254 }, ...parts);
    expect(first).toMatchObject({ report: { code: "46", details: { deliveryStatus: "temporary" } } });
  });

  test.each<[string, CannedAnswer]>([
    ["two reports could be its own", list(DELIVERY, { ...DELIVERY, status_code: 71 })],
    ["the report says that it arrived", list({ ...DELIVERY, status_code: 0 })],
    ["the report's code is not documented", list({ ...DELIVERY, status_code: 17 })],
    ["the report's code is none", list({ ...DELIVERY, status_code: 256 })],
    ["there is no report", list()],
    ["the question fails", { status: 500, body: "" }],
    ["the answer is none", ok("<html>")],
  ])("stays untold where %s", async (_, answer) => {
    const { first } = await ask(({ path }) => (path === "/api/query_sms_result" ? list(FAILED) : answer));
    expect(first).toEqual(report({ kind: "undelivered", word: "FAILED", parts: 3, code: "partly_sent" }));
  });

  test("every delivery code has exactly one meaning", () => {
    const meanings = Array.from({ length: 258 }, (_, index) => deliveryMeaning(index - 1));
    const expected = [
      undefined,
      "received",
      ...Array(31).fill("undocumented"),
      ...Array(32).fill("temporary"),
      ...Array(192).fill("permanent"),
      undefined,
    ];
    expect(meanings).toEqual(expected);
  });
});
