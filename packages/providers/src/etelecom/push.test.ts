import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { etelecom } from "./index.ts";
import { readPush } from "./push.ts";

/** As a public receiver of such pushes reads it (docs/providers/etelecom.md §7). */
const EVENT = {
  IdOmniMess: "ICOMNI-1",
  Status: "FAIL",
  Channel: "BrandnameSMS",
  ErrorCode: "-1471",
  MtCount: 2,
  TelcoId: 1,
  IsCharged: "True",
};
const REPORT = {
  providerId: "ICOMNI-1",
  report: {
    kind: "undelivered",
    word: "FAIL",
    code: "-1471",
    parts: 2,
    details: { channel: "BrandnameSMS", errorCode: "-1471", telcoid: "1", ischarged: "True" },
  },
};

/** The event under other names. */
function named(change: (name: string) => string, more: object = {}): string {
  const fields = Object.entries({ ...EVENT, ...more });
  return JSON.stringify(Object.fromEntries(fields.map(([name, value]) => [change(name), value])));
}

describe("a report is read in each form that it may come in", () => {
  test.each([
    ["PascalCase", named((name) => name)],
    ["camelCase", named((name) => name.charAt(0).toLowerCase() + name.slice(1))],
    ["small letters", named((name) => name.toLowerCase())],
    ["names with blanks", named((name) => ` ${name} `)],
    ["counts as texts", named((name) => name, { MtCount: "2", TelcoId: "1" })],
    ["an error code as a number", named((name) => name, { ErrorCode: -1471 })],
    ["an array of one", `[${JSON.stringify(EVENT)}]`],
    ["parameters that are no JSON", `{"list_param":"{"otp":"482913"}",${named((name) => name).slice(1)}`],
  ])("%s", (_, body) => expect(readPush(body)).toMatchObject({ kind: "reports", reports: [REPORT] }));

  test.each([
    ["processing", "pending"],
    ["SUCCESS", "delivered"],
    ["Fail", "undelivered"],
    [" success ", "delivered"],
    ["expired", "unmapped"],
    [7, "unmapped"],
  ])("the status %j", (Status, kind) => {
    const push = readPush(JSON.stringify({ ...EVENT, Status }));
    expect(push).toMatchObject({ reports: [{ report: { kind, word: String(Status).trim() } }] });
  });

  test("several in an array each are a report, and what is none is left out", () => {
    const body = JSON.stringify([
      EVENT,
      null,
      { Status: "SUCCESS" },
      { idOmniMess: "ICOMNI-2", status: "SUCCESS" },
      [EVENT],
    ]);
    expect(readPush(body)).toMatchObject({
      reports: [REPORT, { providerId: "ICOMNI-2", report: { kind: "delivered" } }],
    });
  });
});

test("a report is acknowledged with 200 and a JSON object", () => {
  const push = readPush(JSON.stringify(EVENT));
  const answer = { status: 200, contentType: "application/json", body: "{}" };
  expect(push.kind === "reports" && push.acknowledge(push.reports)).toEqual(answer);
});

test.each([
  ["nothing", ""],
  ["HTML", "<html>FAIL</html>"],
  ["cut JSON", '{"IdOmniMess":"ICOMNI-1","Status":"FA'],
  ["a text", '"FAIL"'],
  ["an empty array", "[]"],
  ["no id", '{"Status":"FAIL"}'],
  ["an empty id", '{"IdOmniMess":" ","Status":"FAIL"}'],
  ["an id of another type", '{"IdOmniMess":{},"Status":"FAIL"}'],
  ["no status", '{"IdOmniMess":"ICOMNI-1"}'],
  ["an empty status", '{"IdOmniMess":"ICOMNI-1","Status":" "}'],
  ["two statuses under one name", '{"IdOmniMess":"ICOMNI-1","Status":"FAIL","status":"SUCCESS"}'],
  ["a status only by inheritance", '{"__proto__":{"IdOmniMess":"ICOMNI-1","Status":"FAIL"}}'],
])("what cannot be read is no report: %s", (_, body) =>
  expect(readPush(body)).toEqual({ kind: "unreadable", why: "no_report" }),
);

test("neither the number nor a parameter is kept, wherever the provider puts it", () => {
  const number = "84836106872";
  const fields = {
    phonenumber: number,
    list_param: { otp: "K7Q9X2" },
    Channel: number,
    ErrorCode: `to ${number}`,
    TelcoId: number,
  };
  const push = readPush(JSON.stringify({ ...EVENT, ...fields }));
  expect(push).toMatchObject({ reports: [{ report: { kind: "undelivered" } }] });
  expect(inspect(push, { depth: 9 })).not.toMatch(/84836106872|K7Q9X2/);
});

test("an account reads pushes, and says that it does", async () => {
  const account = etelecom.account.parse({
    provider: "etelecom",
    baseUrl: "https://a.example",
    username: "u",
    password: "p",
  });
  await using provider = etelecom.open(account);
  expect(provider.readPush?.(JSON.stringify(EVENT))).toMatchObject({ reports: [REPORT] });
  expect(etelecom.capabilities().reports).toBe("both");
});
