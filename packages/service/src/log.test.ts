import { expect, test } from "vitest";
import { framesOf, type Logger, sampled, wordOf } from "./log.ts";

test("an endless stream of one error is one line a period, with the number of those left out", () => {
  const lines: unknown[] = [];
  const log = { error: (fields: unknown) => lines.push(fields) } as unknown as Logger;
  const report = sampled(log, 60_000);
  for (let count = 0; count < 10_000; count += 1) report("queue", new Error("READONLY"));
  report("other", new Error("x"));
  expect(lines).toEqual([
    { what: "queue", error: "Error: READONLY", leftOut: 0 },
    { what: "other", error: "Error: x", leftOut: 0 },
  ]);
});

test("an error in the log is one bounded line without what a library attached to it", () => {
  const error = Object.assign(new TypeError("x".repeat(1000)), { body: "secret" });
  expect(wordOf(error)).toHaveLength(200);
  expect(wordOf(error)).not.toContain("secret");
});

test("the frames of an error tell where it was thrown and nothing of what it says", () => {
  const error = new TypeError("to +84836106872\n    at secret (otp 123456)\n    at otp:1:2");
  const frames = framesOf(Object.assign(error, { command: { args: ["secret"] } }));
  expect(frames).toMatch(/^ {4}at .*log\.test\.ts:\d+:\d+/);
  expect(frames).not.toMatch(/848|secret|123456|otp/);
  for (const line of frames.split("\n")) expect(line).toMatch(/^ {4}at /);
});

test("what is no error has no frames", () => {
  expect(framesOf("text")).toBe("");
  expect(framesOf(Object.assign(new Error("x"), { stack: undefined }))).toBe("");
});
