import { describe, expect, test } from "vitest";
import { RETRY_AFTER_CAP_MS, retryAfterMs } from "./retry-after.ts";

const NOW = Date.UTC(2030, 0, 1, 12, 0, 0);

function waitFor(value: string, date?: string) {
  const headers = { "retry-after": value, ...(date === undefined ? {} : { date }) };
  return retryAfterMs({ kind: "answer", status: 429, headers, text: "" }, NOW);
}

describe("Retry-After", () => {
  test.each([
    ["0", 0],
    ["7", 7000],
    [" 7 ", 7000],
    ["999999999", RETRY_AFTER_CAP_MS],
    ["Tue, 01 Jan 2030 12:00:30 GMT", 30_000],
    ["Tue, 01 Jan 2030 11:00:00 GMT", 0],
    ["Sat, 01 Jan 2050 12:00:00 GMT", RETRY_AFTER_CAP_MS],
  ])("%s is a wait of %d ms", (value, waitMs) => expect(waitFor(value)).toBe(waitMs));

  test.each([
    "",
    "-1",
    "1.5",
    "1e3",
    "5 apples",
    "soon",
    "9999999999999",
    "2030-01-01T12:00:30Z",
    "Tue, 99 Foo 2030 12:00:30 GMT",
  ])("%j is ignored", (value) => expect(waitFor(value)).toBeUndefined());

  test("a date is measured by the provider's own clock", () => {
    expect(waitFor("Thu, 01 Jan 2026 00:00:20 GMT", "Thu, 01 Jan 2026 00:00:00 GMT")).toBe(20_000);
    expect(waitFor("Tue, 01 Jan 2030 12:00:30 GMT", "yesterday")).toBe(30_000);
  });

  test("no header is no wait", () => {
    expect(retryAfterMs({ kind: "answer", status: 429, headers: {}, text: "" }, NOW)).toBeUndefined();
  });
});
