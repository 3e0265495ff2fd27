import { describe, expect, test } from "vitest";
import { readPush } from "./push.ts";

const ITEM = {
  port: 1,
  user_id: 17,
  number: "84836106872",
  time: "2016-07-12 01:46:02",
  status: "DELIVERED",
  count: 1,
  succ_count: 1,
  ref_id: 215,
  imsi: "460004642148063",
};
const REPORT = {
  providerId: "17",
  reference: 17,
  to: "+84836106872",
  report: {
    kind: "delivered",
    word: "DELIVERED",
    parts: 1,
    details: { port: "1", count: "1", succCount: "1", refId: "215" },
  },
};
const event = (...items: unknown[]) => JSON.stringify({ sn: "xxxx", sms_result: items });
const reports = (body: string) => {
  const push = readPush(body, {});
  return push.kind === "reports" ? push.reports : push;
};

test("a result with reference and number is evidence", () => {
  expect(reports(event(ITEM, { ...ITEM, user_id: 18, status: "FAILED", succ_count: 0 }))).toMatchObject([
    REPORT,
    { reference: 18, report: { kind: "undelivered" } },
  ]);
  expect(reports(event(ITEM))).toEqual([REPORT]);
});

test.each(["+84836106872", "0084836106872", " 84836106872"])("its number may be printed as %j", (number) => {
  expect(reports(event({ ...ITEM, number }))).toEqual([REPORT]);
});

describe("what names no message beyond doubt is left out", () => {
  test.each<[string, object]>([
    ["no reference", { user_id: undefined }],
    ["null as reference", { user_id: null }],
    ["0 as reference", { user_id: 0 }],
    ["a reference that cannot be read", { user_id: "order-1" }],
    ["no number", { number: undefined }],
    ["a national number", { number: "0836106872" }],
    ["a short number", { number: " 10086" }],
  ])("%s", (_, more) => expect(reports(event({ ...ITEM, ...more }, ITEM))).toEqual([REPORT]));

  test("the documented example, which has no reference", () => {
    const body =
      '{"sn":"xxxx-xxxx-xxxx-xxxx","sms_result":[{"port":1,"number":" 10086","time":"2016-07-12\n\n01:46:02","status":"DELIVERED","count":1,"succ_count":1,"ref_i d":215,"imsi":"460004642148063"}]}';
    expect(reports(body)).toEqual([]);
  });

  test("a delivery status, which never has one", () => {
    const item = {
      port: 1,
      number: "84836106872",
      time: "2016-07-1215:46:53",
      ref_id: 215,
      status_code: 0,
      imsi: "46 ",
    };
    expect(reports(JSON.stringify({ sn: "xxxx", sms_deliver_status: [item] }))).toEqual([]);
  });

  test.each(["x", null, 7, [[ITEM]], { sms_result: ITEM }])("an item that is none: %j", (item) => {
    expect(reports(event(item, ITEM))).toEqual([REPORT]);
  });
});

describe("what names no message is a hint to ask about its number", () => {
  const hints = (body: string) => {
    const push = readPush(body, {});
    return push.kind === "reports" ? push.hints : push;
  };

  test("as in the documented example, and in every delivery status", () => {
    const { user_id: _, ...item } = ITEM;
    const status = { port: 1, number: " 84836106873", ref_id: 215, status_code: 0 };
    expect(hints(`${event(item, item)}${JSON.stringify({ sms_deliver_status: [status] })}`)).toEqual([
      "+84836106872",
      "+84836106873",
    ]);
  });

  test("and what has a reference or no number that can be told is none", () => {
    expect(hints(event(ITEM))).toBeUndefined();
    expect(hints(event({ ...ITEM, user_id: null, number: "0836106872" }))).toBeUndefined();
  });
});

describe("irregularities (G3) are read", () => {
  test.each([
    [
      "names with blanks, in other letters",
      event(ITEM).replace('"sms_result"', '"SMS_resu lt"').replace('"ref_id"', '"Ref_i d"'),
    ],
    ["a date broken over a line", event(ITEM).replace("12 01", "12\n\n01")],
    ["a reference as text", event({ ...ITEM, user_id: "17" })],
    ["one item instead of a list", JSON.stringify({ sms_result: ITEM })],
    ["events one after the other", `{"register":[{"port":1}]}\n${event(ITEM)}{"device":{"a":"}{\\""}}\n`],
    ["many empty events", `${"{}".repeat(999)}${event(ITEM)}`],
    ["a blank at both ends", ` ${event(ITEM)}\n`],
  ])("%s", (_, body) => expect(reports(body)).toEqual([REPORT]));
});

test.each([
  '{"sms":[{"text":"hi"}]}',
  '{"ussd":[]}',
  '{"register":[]}',
  '{"cdr":[]}',
  '{"device":{}}',
  "{}",
  '{"sms_result":null}',
])("another event says nothing of a message: %s", (body) => expect(reports(body)).toEqual([]));

test.each([
  "",
  "<html>",
  "{",
  `${event(ITEM)}x`,
  `${event(ITEM)}{`,
  "x{}",
  '{"a":}{}',
  "[]",
  "7",
  "null",
  `[${event(ITEM)}]`,
  event(ITEM).repeat(1001),
])("%j cannot be read", (body) => expect(readPush(body, {}).kind).toBe("unreadable"));

describe("where the account knows the serial number of its box, a push", () => {
  const account = { serialNumber: "xxxx" };

  test("of that box is read", () => {
    expect(readPush(event(ITEM), account)).toMatchObject({ reports: [REPORT] });
    expect(readPush(event(ITEM).replace('"xxxx"', '" xxxx "'), account)).toMatchObject({ reports: [REPORT] });
  });

  test.each([
    ["another number", event(ITEM).replace("xxxx", "yyyy")],
    ["none", JSON.stringify({ sms_result: [ITEM] })],
    ["a number that is none", JSON.stringify({ sn: 7, sms_result: [ITEM] })],
    ["another number in one of several events", `${event(ITEM)}${event(ITEM).replace("xxxx", "yyyy")}`],
  ])("that tells %s is not", (_, body) => {
    expect(readPush(body, account)).toEqual({ kind: "unreadable", why: "another_gateway" });
  });
});

test("whatever of it was stored, it is acknowledged by 200", () => {
  const push = readPush(event(ITEM), {});
  if (push.kind !== "reports") throw new Error("unreadable");
  const answer = { status: 200, contentType: "text/plain", body: "" };
  expect([push.acknowledge([]), push.acknowledge(push.reports)]).toEqual([answer, answer]);
});

test.each(["{", '"', '{"a":"', "{}", '\\"', "}"])("a megabyte of %j is read in no time", (part) => {
  const startedAt = performance.now();
  readPush(part.repeat(1_000_000 / part.length), {});
  expect(performance.now() - startedAt).toBeLessThan(1500);
});
