import { expect, test } from "vitest";
import { accountTime, readAccountTime } from "./account-time.ts";

const AT = Date.UTC(2021, 3, 26, 12, 15, 3);

test.each([
  ["Europe/Moscow", "2021-04-26 15:15:03"],
  ["Asia/Novosibirsk", "2021-04-26 19:15:03"],
  ["UTC", "2021-04-26 12:15:03"],
])("a time of %s is written %s, which reads as the same time", (zone, text) => {
  expect(accountTime(AT, zone)).toBe(text);
  expect(readAccountTime(text, zone)).toBe(AT);
});

test("a time is cut to whole seconds", () => {
  expect(accountTime(AT + 999, "UTC")).toBe("2021-04-26 12:15:03");
});

test.each(["2021-04-26 15:15", "2021-04-26T15:15:03", "2021-02-30 15:15:03", "2021-04-26 25:00:00"])(
  "%j is no time",
  (text) => {
    expect(readAccountTime(text, "UTC")).toBeUndefined();
  },
);
