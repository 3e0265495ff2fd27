import type { Report, StatusAnswer } from "@hermod/core/report";
import { describe, expect, test } from "vitest";
import { type CannedAnswer, openAnsweringServer, type ReceivedRequest } from "../answering-server.ts";
import type { FollowedMessage } from "../provider.ts";
import { EtelecomAccount } from "./config.ts";
import { etelecom } from "./index.ts";

const never = new AbortController().signal;
const MESSAGE: FollowedMessage = { id: "m1", to: "+84836106872", providerId: "ICOMNI-1" };

/** What status requests for messages told, and which requests they were. */
async function ask(
  answer: (request: ReceivedRequest) => CannedAnswer | Promise<CannedAnswer>,
  { messages = [MESSAGE], connections = 5, timeoutMs = 2000, signal = never } = {},
) {
  await using server = await openAnsweringServer(answer);
  const account = {
    provider: "etelecom",
    baseUrl: server.baseUrl,
    username: "kunde",
    password: "hunter2",
    connections,
    timeoutMs,
  };
  await using provider = etelecom.open(EtelecomAccount.parse(account));
  const answers = await provider.status(messages, signal);
  return { answers, first: answers.get("m1"), server };
}

async function answerTo(
  body: string | Buffer,
  status = 200,
  headers: Record<string, string> = {},
): Promise<StatusAnswer | undefined> {
  return (await ask(() => ({ status, body, headers }))).first;
}

const told = (fields: object) => answerTo(JSON.stringify(fields));
const report = (more: Partial<Report>) => ({ kind: "report", report: { details: {}, ...more } });
const nothing = (reason: string) => ({ kind: "unavailable", reason });

/** The documented example (documents/etelecom-status.txt), as printed: its `list_param` is not JSON. */
function printed(
  params: string,
  rest = '"status":"FAIL","channel":"XXXX","templatecode":"XXXX" , "errorCode":"XXXX" }',
) {
  return `{ "phonenumber":"84836106872", "list_param":"${params}", "createdatetime":"21/05/2021 14:43:22", ${rest}`;
}
const FAILED = report({
  kind: "undelivered",
  word: "FAIL",
  code: "XXXX",
  details: { channel: "XXXX", errorCode: "XXXX" },
});

test("the request has the documented form, one id each", async () => {
  const { server } = await ask(() => ({ status: 200, body: '{"status":"PROCESSING"}' }));
  expect(server.requests).toMatchObject([
    {
      method: "POST",
      path: "/api/OmniReport/GetStatusOmni",
      headers: { "content-type": "application/json" },
      body: '{"username":"kunde","password":"hunter2","idOmniMess":"ICOMNI-1"}',
    },
  ]);
});

describe("every documented word has exactly one meaning", () => {
  test.each([
    ["Success", "delivered"],
    [" FAIL ", "undelivered"],
  ] as const)("%j", async (status, kind) =>
    expect(await told({ status })).toEqual(report({ kind, word: status.trim() })),
  );

  test.each(["84836106872", "x".repeat(65), "a\u0000b"])("%j is not kept, and unmapped", async (status) => {
    expect(await told({ status })).toEqual(report({ kind: "unmapped", word: "unreadable" }));
  });
});

describe("the facts of a channel", () => {
  test("SMS: parts and network", async () => {
    const fields = { status: "SUCCESS", channel: "brandnamesms", mtcount: "2", telcoid: "3", errorCode: "" };
    const details = { channel: "brandnamesms", telcoid: "3" };
    expect(await told(fields)).toEqual(report({ kind: "delivered", word: "SUCCESS", parts: 2, details }));
  });

  test("SMS with numbers and names in other letters", async () => {
    const fields = {
      Status: "FAIL",
      Channel: "BrandnameSMS",
      MtCount: 1,
      TelcoId: 1,
      ErrorCode: -1471,
      IdOmniMess: "ICOMNI-1",
    };
    const details = { channel: "BrandnameSMS", telcoid: "1", errorCode: "-1471" };
    expect(await told(fields)).toEqual(
      report({ kind: "undelivered", word: "FAIL", code: "-1471", parts: 1, details }),
    );
  });

  test("call and ZNS: duration and charge", async () => {
    const fields = { status: "SUCCESS", duration: 12, ischarged: true };
    expect(await told(fields)).toEqual(
      report({ kind: "delivered", word: "SUCCESS", details: { duration: "12", ischarged: "true" } }),
    );
  });

  test.each(["two", -1, 1.5, "99999", null, {}])("parts of %j are no parts", async (mtcount) => {
    expect(await told({ status: "SUCCESS", mtcount })).toEqual(
      report({ kind: "delivered", word: "SUCCESS" }),
    );
  });
});

describe("list_param in each form (R3)", () => {
  test.each([
    ["an object", printed("").replace('""', '{"otp":"123456"}')],
    ["an escaped text", printed(String.raw`{\"otp\":\"123456\"}`)],
    ["null", printed("").replace('""', "null")],
    ["absent", printed("").replace('"list_param":"", ', "")],
    ["as printed, which is no JSON", printed('{"otp":"123456"}')],
    ["as printed, empty", printed("{}")],
    ["as printed, with blanks", printed(' {"otp" : "123456"}').replace('"list_param":', '" List_Param " : ')],
    [
      "as printed, at the end",
      '{"status":"FAIL","channel":"XXXX","errorCode":"XXXX","list_param":"{"otp":"123456"}"}',
    ],
  ])("%s", async (_, body) => expect(await answerTo(body)).toEqual(FAILED));

  test.each([
    ["a status", '{"otp":"\\"status\\":\\"SUCCESS\\""}'],
    ["a status in bare quotes", '{"otp":""status":"SUCCESS""}'],
    ["an end of itself and a status", '{"otp":"x"}","status":"SUCCESS","a":"b"}'],
    ["an end of itself and another beginning", '{"otp":"x"}","status":"SUCCESS","list_param":"{"a":"b"}'],
    ["braces", '{"otp":"}}}{{{"}'],
    ["an end of the answer", '{"otp":"x"}"}","status":"SUCCESS"}'],
  ])("a parameter that holds %s does not speak for the provider", async (_, params) => {
    expect(await answerTo(printed(params))).toEqual(FAILED);
    const lenient = await answerTo(`${printed(params).slice(0, -1)},}`);
    expect(lenient).toEqual({
      kind: "report",
      report: { ...FAILED.report, details: { ...FAILED.report.details, parsed: "leniently" } },
    });
  });

  test.each([
    ["cut off within the parameters", printed('{"otp":"\\"status\\":\\"SUCCESS\\",').slice(0, 90)],
    ["cut off behind a status within the parameters", '{"list_param":"{"otp":"x","status":"SUCCESS","a":"'],
    ["cut off behind an end and a status within them", '{"list_param":"{"otp":"x"},"status":"SUCCESS","a":"'],
    ["parameters without an end", '{"list_param":"x","status":"SUCCESS","y" z","channel":"c"}'],
    ["an object of parameters that is cut off", '{"list_param":{"a":"b","status":"SUCCESS","c":"'],
    ["a brace too many", `${printed('{"otp":"1"}')}}`],
    ["two different statuses", '{"status":"FAIL","status":"SUCCESS",,}'],
    ["a status of something else", '{"error":{"status":"FAIL"},,}'],
    ["a status cut off", '{"channel":"x","status":"FAIL'],
    ["a status within a text", '{"a":"said "status":"FAIL", then",}'.replace('"status"', 'b "status"')],
  ])("an answer that cannot be read is no report: %s", async (_, body) => {
    expect((await answerTo(body))?.kind).toBe("unavailable");
  });

  test("what JSON cannot tell is found by patterns, and said to be", async () => {
    const body =
      '{"phonenumber":"849","status":"SUCCESS","channel":"sms","errorCode":"0","mtcount":2,"telcoid":"1","templatecode":"X"Y"}';
    const details = { channel: "sms", errorCode: "0", telcoid: "1", parsed: "leniently" };
    expect(await answerTo(body)).toEqual(
      report({ kind: "delivered", word: "SUCCESS", code: "0", parts: 2, details }),
    );
  });

  test.each([
    ["blanks", `{"list_param":"{${" ".repeat(60_000)}`],
    ["braces and blanks", `{"list_param":"{${`}${" ".repeat(99)}`.repeat(600)}`],
    ["an end and blanks", `{"list_param":"{}${" ".repeat(60_000)}x`],
    ["beginnings", '"list_param":"{'.repeat(4000)],
    ["fields", '{"status":"'.repeat(5500)],
    ["names and blanks", `{"${" ".repeat(60_000)}`],
  ])("64 KB of %s are read in no time", async (_, body) => {
    const startedAt = performance.now();
    expect((await answerTo(body))?.kind).toBe("unavailable");
    expect(performance.now() - startedAt).toBeLessThan(1500);
  });
});

describe("what is no evidence", () => {
  test.each<[string, string | Buffer, number, object]>([
    ["401 without a word", "", 401, nothing("unauthorized")],
    ["404", "", 404, nothing("http_404")],
    ["an array", '[{"status":"FAIL"}]', 200, nothing("not_understood")],
    ["a byte order mark", '\uFEFF{"status" "FAIL"}', 200, nothing("not_understood")],
    ["no status", "{}", 200, nothing("no_status")],
    ["an empty status", '{"status":" "}', 200, nothing("no_status")],
    ["a status of another type", '{"status":{"word":"FAIL"}}', 200, nothing("no_status")],
    [
      "the status of another message",
      '{"status":"FAIL","idOmniMess":"ICOMNI-2"}',
      200,
      nothing("other_message"),
    ],
  ])("%s", async (_, body, status, expected) => expect(await answerTo(body, status)).toEqual(expected));
});
