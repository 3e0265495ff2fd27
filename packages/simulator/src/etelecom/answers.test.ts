import { expect, test } from "vitest";
import { acceptedAnswer, type StatusFields, statusAnswer, vietnamTime } from "./answers.ts";

const fields: StatusFields = {
  phonenumber: "84836106872",
  list_param: { otp: "$&1" },
  createdatetime: "21/05/2021 14:43:22",
  status: "FAIL",
  channel: "XXXX",
  templatecode: "XXXX",
  errorCode: "XXXX",
  mtcount: 2,
};

test("the id's key has the spaces of the printed document when asked to", () => {
  expect(acceptedAnswer("ICOMNI-1", { spacedKey: true }).body).toBe(
    '{"status":"1","code":"Success"," idOmniMess ":"ICOMNI-1"}',
  );
});

test("numbers are text, or numbers when asked to", () => {
  expect(statusAnswer(fields, {}).body).toContain('"mtcount":"2"');
  expect(statusAnswer(fields, { numbers: true }).body).toContain('"mtcount":2');
});

test("list_param is escaped text, or an object when asked to", () => {
  expect(JSON.parse(statusAnswer(fields, {}).body).list_param).toBe('{"otp":"$&1"}');
  expect(JSON.parse(statusAnswer(fields, { listParam: "object" }).body).list_param).toEqual({ otp: "$&1" });
});

test("list_param is no JSON, as in the printed document, when asked to, whatever is in it", () => {
  expect(statusAnswer(fields, { listParam: "printed" }).body).toContain(
    '"phonenumber":"84836106872","list_param":"{"otp":"$&1"}","createdatetime":',
  );
});

test("a time is printed as Vietnam's clocks show it, into the next day", () => {
  expect(vietnamTime(Date.UTC(2021, 11, 31, 17, 0, 1))).toBe("01/01/2022 00:00:01");
});
