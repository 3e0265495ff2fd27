import { inspect } from "node:util";
import type { Report, StatusAnswer } from "@hermod/core/report";
import { describe, expect, test } from "vitest";
import { type CannedAnswer, openAnsweringServer, type ReceivedRequest } from "../answering-server.ts";
import type { FollowedMessage } from "../provider.ts";
import { BitelAccount } from "./config.ts";
import { bitel } from "./index.ts";

const never = new AbortController().signal;
const ID = "7123c2cec14c43ac944553f15f3aab18";
const MESSAGE: FollowedMessage = { id: "m1", to: "+989121234567", providerId: ID };

/** What status requests for messages told, and which requests they were. */
async function ask(
  answer: (request: ReceivedRequest) => CannedAnswer | Promise<CannedAnswer>,
  messages: readonly FollowedMessage[] = [MESSAGE],
  { signal = never, ...account }: { signal?: AbortSignal } & Record<string, unknown> = {},
) {
  await using server = await openAnsweringServer(answer);
  const input = { provider: "bitel", baseUrl: server.baseUrl, token: "hunter2", timeoutMs: 2000, ...account };
  await using provider = bitel.open(BitelAccount.parse(input));
  const answers = await provider.status(messages, signal);
  return { answers, first: answers.get("m1"), requests: server.requests, mostAtOnce: server.mostAtOnce };
}

const envelope = (result: unknown) => ({ status: 200, body: JSON.stringify({ result, error: null }) });
const told = async (fields: object) => (await ask(() => envelope({ id: ID, ...fields }))).first;
const body = async (text: string, status = 200, headers: Record<string, string> = {}) =>
  (await ask(() => ({ status, body: text, headers }))).first;
const report = (more: Partial<Report>) => ({ kind: "report", report: more });
const nothing = (reason: string) => ({ kind: "unavailable", reason });
const DELIVERED = report({ kind: "delivered", word: "1", details: { deliveryStatus: "DELIVERED" } });

describe("the request", () => {
  test.each([
    ["v1", `/sms/detail/single/${ID}`],
    ["v2", `/sms/status/${ID}`],
  ])("asks %s for one message by its id", async (apiVersion, path) => {
    const { requests } = await ask(() => envelope({ id: ID, status: 1 }), [MESSAGE], { apiVersion });
    const headers = { authorization: "Bearer hunter2" };
    expect(requests).toMatchObject([{ method: "GET", path, headers, body: "" }]);
  });

  test("asks v1 once for all messages of a batch, and for each other one by itself", async () => {
    const messages = [
      { id: "m1", to: "+989120000001", batchId: "B1" },
      { id: "m2", to: "+989120000002", batchId: "B2" },
      { id: "m3", to: "+989120000003", batchId: "B1" },
      { id: "m4", to: "+989120000004", providerId: "S4" },
    ];
    const { requests } = await ask(() => envelope([]), messages);
    expect(requests.map(({ path }) => path).sort()).toEqual([
      "/sms/detail/batch/B1",
      "/sms/detail/batch/B2",
      "/sms/detail/single/S4",
    ]);
  });

  test("is not made for what cannot be asked about", async () => {
    const messages = [{ id: "m1", to: "+989120000001", batchId: "B1" }];
    expect(await ask(() => envelope([]), messages, { apiVersion: "v2" })).toMatchObject({
      first: nothing("no_provider_id"),
      requests: [],
    });
    expect((await ask(() => envelope([]), [{ id: "m1", to: "+989120000001" }])).requests).toEqual([]);
  });
});

describe("a status that is not documented", () => {
  test.each([3, 6, 7, 8, -1, 11])("%i, which is none, is kept and unmapped", async (number) => {
    const expected = {
      kind: "unmapped",
      word: `${number}`,
      details: { deliveryStatus: `${number}` },
    } as const;
    expect(await told({ deliveryStatusCode: number })).toEqual(report(expected));
  });

  test.each(["EXPIRED", "NOT_DELIVERED", "constructor", "رسیده"])(
    "%s, which is none, is kept and unmapped",
    async (word) => {
      expect(await told({ deliveryStatus: word })).toEqual(
        report({ kind: "unmapped", word, details: { deliveryStatus: word } }),
      );
    },
  );

  test.each(["09121234567", "x".repeat(65), "a\u0000b", 1e15])(
    "%j is not kept, and unmapped",
    async (word) => {
      expect(await told({ deliveryStatus: word })).toEqual(
        report({ kind: "unmapped", word: "unreadable", details: { deliveryStatus: "unreadable" } }),
      );
    },
  );
});

describe("the forms of a status (bitel.md, I3 and I4)", () => {
  test.each<[string, object, Partial<Report>]>([
    ["a number as text", { deliveryStatusCode: "1" }, { kind: "delivered", word: "1" }],
    ["a number with a point", { statusCode: 1.0 }, { kind: "delivered", word: "1" }],
    ["v2: number and word", { statusCode: 2, status: "CHECK_OK" }, { kind: "sent", word: "2" }],
    [
      "v2: as in the answer to a send request",
      { status: 0, statusText: "Waiting" },
      { kind: "pending", word: "0" },
    ],
    ["keys in other letters", { DeliveryStatusCode: 1 }, { kind: "delivered", word: "1" }],
    ["a word in other letters", { deliveryStatus: " Delivered " }, { kind: "delivered", word: "Delivered" }],
    ["a word in camel case", { statusText: "DeliveryFailed" }, { kind: "pending", word: "DeliveryFailed" }],
    ["a word with a blank", { statusText: "check error" }, { kind: "undelivered", word: "check error" }],
    [
      "the number of a code before one of a status",
      { status: 0, deliveryStatusCode: 1 },
      { kind: "delivered", word: "1" },
    ],
    [
      "an empty word beside a number",
      { deliveryStatus: "", statusCode: 1 },
      { kind: "delivered", word: "1" },
    ],
    ["null beside a number", { deliveryStatus: null, statusCode: 1 }, { kind: "delivered", word: "1" }],
  ])("%s", async (_, fields, expected) => expect(await told(fields)).toMatchObject(report(expected)));

  test("an empty error is none", async () => {
    expect(await body(`{"result":{"id":"${ID}","deliveryStatusCode":1},"error":""}`)).toEqual(DELIVERED);
  });

  test("the one item of a list is the message's own", async () => {
    expect(await body(`{"result":[{"id":"${ID}","deliveryStatusCode":1}],"error":null}`)).toEqual(DELIVERED);
  });

  test.each([
    [{ deliveryStatusCode: 0, deliveryStatus: "DELIVERED" }, "pending", "DELIVERED"],
    [{ deliveryStatusCode: 3, deliveryStatus: "DELIVERED" }, "unmapped", "DELIVERED"],
    [{ deliveryStatusCode: 1, deliveryStatus: "Seen" }, "delivered", "Seen"],
  ])("number wins over text, and the text is kept: %j", async (fields, kind, contradiction) => {
    expect(await told(fields)).toMatchObject({ report: { kind, details: { contradiction } } });
  });

  test('`result: "ok"` is no status: the documented example is pending', async () => {
    const example =
      '{"result":{"id":"7123c2cec14c43ac944553f15f3aab18","message":"Hi there","phoneNumber":"0912*******",' +
      '"requestDate":1542434545,"result":"ok","smsCount":1,"balanceSubtracted":100},"error":null}';
    const details = { deliveryStatus: "no_status" };
    expect(await body(example)).toEqual(
      report({ kind: "pending", word: "no_status", parts: 1, cost: "100", details }),
    );
  });
});

describe("the facts beside a status", () => {
  test.each([
    ["100", { cost: "100" }],
    ["100.50", { cost: "100.50" }],
    ["1234567.12345678901234567", { cost: "1234567.12345678901234567" }],
    ['"7.5"', { cost: "7.5" }],
    ["0", { cost: "0" }],
    ["1e3", {}],
    ["null", {}],
    ['"free"', {}],
  ])("a cost of %s is kept as it is written", async (written, cost) => {
    const answer = await body(
      `{"result":{"id":"${ID}","deliveryStatusCode":1,"balanceSubtracted":${written}},"error":null}`,
    );
    expect(answer).toEqual({ ...DELIVERED, report: { ...DELIVERED.report, ...cost } });
  });

  test("the negative price of v2 is a cost", async () => {
    const text = `{"result":{"id":"${ID}","statusCode":1,"price":-14.0,"partCount":2},"error":null}`;
    expect(await body(text)).toMatchObject({ report: { cost: "14.0", parts: 2 } });
  });

  test("nothing that was not taken yet is a cost", async () => {
    expect(await told({ deliveryStatusCode: 0, price: 0 })).not.toHaveProperty("report.cost");
  });

  test.each(["two", -1, 1.5, 99999, null, {}])("parts of %j are no parts", async (smsCount) => {
    expect(await told({ deliveryStatusCode: 1, smsCount })).toEqual(DELIVERED);
  });

  test("neither number, text nor token is kept, wherever the provider puts it", async () => {
    for (const hidden of ["09121234567", "Your code is 482913", "Bearer hunter2 9999"]) {
      const fields = [
        "message",
        "text",
        "phoneNumber",
        "deliveryStatus",
        "statusText",
        "status",
        "cause",
        "price",
        "smsCount",
      ];
      const answer = await told(Object.fromEntries(fields.map((field) => [field, hidden])));
      expect(inspect(answer, { depth: 9 })).not.toMatch(/9121234567|482913|hunter2/);
    }
  });
});

describe("what is no evidence", () => {
  test.each<[string, string, number, StatusAnswer | object]>([
    ["404", "", 404, nothing("http_404")],
    ["400 with a code", '{"result":null,"error":"InvalidRequest"}', 400, nothing("http_400")],
    [
      "a code with 200",
      `{"result":{"id":"${ID}","status":1},"error":"InvalidRequest"}`,
      200,
      nothing("refused"),
    ],
    ["no result", '{"result":null,"error":null}', 200, nothing("not_understood")],
    ["a bare text", '{"result":"ok","error":null}', 200, nothing("not_understood")],
    [
      "a list of two",
      `{"result":[{"id":"${ID}","status":1},{}],"error":null}`,
      200,
      nothing("not_understood"),
    ],
    ["an empty list", '{"result":[],"error":null}', 200, nothing("not_understood")],
    ["no status and no id", '{"result":{"result":"ok"},"error":null}', 200, nothing("no_status")],
    [
      "a status of another type",
      `{"result":{"id":"${ID}","status":{"word":1}},"error":null}`,
      200,
      nothing("no_status"),
    ],
    [
      "two statuses under one name",
      `{"result":{"status":1,"Status":5},"error":null}`,
      200,
      nothing("not_understood"),
    ],
    [
      "another message's id",
      '{"result":{"id":"other","status":1},"error":null}',
      200,
      nothing("other_message"),
    ],
    [
      "another one's number, masked",
      `{"result":{"id":"${ID}","phoneNumber":"0935*******","status":1},"error":null}`,
      200,
      nothing("other_message"),
    ],
    [
      "another one's number",
      '{"result":{"phoneNumber":"09129999999","status":1},"error":null}',
      200,
      nothing("other_message"),
    ],
  ])("%s", async (_, text, status, expected) => expect(await body(text, status)).toEqual(expected));
});
