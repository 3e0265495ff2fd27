import { expect, test } from "vitest";
import { boxTime } from "./box-time.ts";

test.each([
  ["UTC", 0, "2014-12-21 12:06:01"],
  ["Asia/Ho_Chi_Minh", 0, "2014-12-21 19:06:01"],
  ["UTC", -3_600_000, "2014-12-21 11:06:01"],
])("a box in %s that is wrong by %i ms has its own time", (timeZone, clockErrorMs, time) => {
  expect(boxTime(Date.UTC(2014, 11, 21, 12, 6, 1, 999), { timeZone, clockErrorMs })).toBe(time);
});
