import { expect, test } from "vitest";
import { passes, readQuery } from "./query.ts";

const TIME = "2014-12-21 12:06:01";
const record = { number: "12351", port: 3, time: TIME };

const finds = (fields: object) => {
  const query = readQuery({ ...fields }, 32);
  return typeof query === "number" ? query : passes(record, query);
};

const numbers = (count: number) => Array.from({ length: count }, (_, n) => String(n));

test.each<[string, object, boolean]>([
  ["no filter", {}, true],
  ["an empty list", { number: [] }, true],
  ["its number", { number: ["1", "12351"] }, true],
  ["another number", { number: ["1"] }, false],
  ["its port", { port: [3] }, true],
  ["another port", { port: [4] }, false],
  ["an earlier time_after", { time_after: "2014-12-21 12:06:00" }, true],
  ["a time_after of its own time", { time_after: TIME }, false],
  ["a later time_before", { time_before: "2014-12-21 12:06:02" }, true],
  ["a time_before of its own time", { time_before: TIME }, false],
  ["its number and another port", { number: ["12351"], port: [4] }, false],
])("a record and %s", (_, fields, found) => {
  expect(finds(fields)).toBe(found);
});

test.each<[400 | 413, string, object]>([
  [400, "a number that is no list", { number: "12351" }],
  [400, "a number that is no text", { number: [12351] }],
  [400, "a number of 25 bytes", { number: ["1".repeat(25)] }],
  [400, "a user_id that is text", { user_id: ["1"] }],
  [400, "port 32", { port: [32] }],
  [400, "a time without seconds", { time_after: "2014-12-21 12:06" }],
  [400, "a time as a number", { time_before: 1419163561 }],
  [413, "33 numbers", { number: numbers(33) }],
  [413, "33 references", { user_id: numbers(33).map(Number) }],
])("code %i is for %s", (code, _, fields) => {
  expect(finds(fields)).toBe(code);
});

test("32 of each are looked at", () => {
  expect(readQuery({ number: numbers(32), user_id: numbers(32).map(Number) }, 32)).toMatchObject({
    numbers: numbers(32),
  });
});
