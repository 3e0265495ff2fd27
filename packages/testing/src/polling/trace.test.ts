import { expect, test } from "vitest";
import { SCENARIOS } from "./scenarios.ts";
import { generateTrace } from "./trace.ts";

test("a seed is a trace, and another seed another", () => {
  const trace = generateTrace(SCENARIOS.single, 7);
  expect(generateTrace(SCENARIOS.single, 7)).toEqual(trace);
  expect(generateTrace(SCENARIOS.single, 8).messages[0]).not.toEqual(trace.messages[0]);
});

test("messages come at the scenario's rate, in the order of sending, with its share of classes", () => {
  const { messages } = generateTrace(SCENARIOS["batch 32"], 1);
  expect(messages.length / 21_600).toBeCloseTo(1, 1);
  const sent = messages.map(({ sentSeconds }) => sentSeconds);
  expect(sent).toEqual(sent.toSorted((a, b) => a - b));
  expect(messages.filter(({ traceClass }) => traceClass === "otp").length / messages.length).toBeCloseTo(
    0.4,
    1,
  );
});

test("what becomes final at all does so within its validity and the five minutes after it", () => {
  const delays = generateTrace(SCENARIOS["single, poor"], 1).messages.map(
    (message) => message.finalAfterSeconds,
  );
  const finite = delays.filter((delay) => Number.isFinite(delay));
  expect((delays.length - finite.length) / delays.length).toBeCloseTo(0.0065, 2);
  expect(Math.min(...finite)).toBeGreaterThanOrEqual(0.2);
  expect(Math.max(...finite)).toBeLessThan(86_400 + 300);
});

test("in a stall nothing becomes final", () => {
  const { messages } = generateTrace(SCENARIOS["batch 32, stalled"], 1);
  const finals = messages.map(({ sentSeconds, finalAfterSeconds }) => sentSeconds + finalAfterSeconds);
  expect(finals.filter((at) => at >= 2400 && at < 3300)).toEqual([]);
  expect(finals.filter((at) => at >= 3300 && at < 3400).length).toBeGreaterThan(3000);
});

test("no push comes while the hook is dead, and few are missing at other times", () => {
  const { messages } = generateTrace(SCENARIOS["single, pushed"], 1);
  const pushed = messages.map(({ sentSeconds, pushAfterSeconds }) => sentSeconds + pushAfterSeconds);
  expect(pushed.filter((at) => at >= 3600 && at < 4800)).toEqual([]);
  const early = messages.filter(
    ({ sentSeconds, finalAfterSeconds }) => sentSeconds + finalAfterSeconds < 3500,
  );
  const missing = early.filter(({ pushAfterSeconds }) => !Number.isFinite(pushAfterSeconds));
  expect(missing.length / early.length).toBeGreaterThan(0.003);
  expect(missing.length / early.length).toBeLessThan(0.03);
});
