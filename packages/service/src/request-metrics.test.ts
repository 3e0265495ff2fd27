import type { Outcome } from "@hermod/core/outcome";
import { expect, test } from "vitest";
import { openMetrics } from "./metrics.ts";
import { requestMetrics } from "./request-metrics.ts";

function opened() {
  const main = { provider: "webcom", connections: 10, sendPerSecond: 20, statusPerSecond: 5 };
  const metrics = openMetrics("worker", { main });
  const requests = requestMetrics(metrics)("main");
  const labels = 'account="main",provider="webcom"';
  const send = (...outcomes: readonly Outcome[]) =>
    requests.send(Promise.resolve(new Map(outcomes.map((outcome, index) => [`${index}`, outcome]))));
  return { requests, send, labels, text: () => metrics.text() };
}

const ACCEPTED: Outcome = { kind: "accepted", providerId: "P" };
const REFUSED: Outcome = { kind: "rejected", scope: "recipient", code: "number_format", providerCode: "-1" };

test("an outcome is counted for each message, a request once with what all of it proved", async () => {
  const { send, labels, text } = opened();
  await send(ACCEPTED, ACCEPTED);
  await send(ACCEPTED, REFUSED);
  const told = await text();
  expect(told).toContain(`hermod_send_outcomes_total{${labels},outcome="accepted"} 3\n`);
  expect(told).toContain(`hermod_send_outcomes_total{${labels},outcome="rejected"} 1\n`);
  expect(told).toContain(`hermod_send_refusals_total{${labels},scope="recipient",code="number_format"} 1\n`);
  expect(told).toContain(`hermod_send_duration_seconds_count{${labels},outcome="accepted"} 1\n`);
  expect(told).toContain(`hermod_send_duration_seconds_count{${labels},outcome="mixed"} 1\n`);
});

test("a code that no document names is counted, and not its word told", async () => {
  const { send, labels, text } = opened();
  await send({ kind: "maybeSent", phase: "answer", evidence: "unmapped: MARS 84836106872" });
  await send({ kind: "rejected", scope: "message", code: "undocumented", providerCode: "-77" });
  await send({ kind: "maybeSent", phase: "answer", evidence: "http_500" });
  const told = await text();
  expect(told).toContain(`hermod_unmapped_total{${labels},where="outcome"} 2\n`);
  expect(told).not.toMatch(/MARS|84836106872|-77/);
});

test("a request is in flight until it ends, in whatever way", async () => {
  const { requests, labels, text } = opened();
  const { promise, reject } = Promise.withResolvers<ReadonlyMap<string, Outcome>>();
  const sending = requests.send(promise);
  expect(await text()).toContain(`hermod_requests_in_flight{${labels},operation="send"} 1\n`);
  reject(new Error("a bug"));
  await expect(sending).rejects.toThrow("a bug");
  expect(await text()).toContain(`hermod_requests_in_flight{${labels},operation="send"} 0\n`);
});

test("a check is counted with the messages it asked about and what it told of each", async () => {
  const { requests, labels, text } = opened();
  const pending = { kind: "report", report: { kind: "pending", word: "ENROUTE" } } as const;
  await requests.check(3, Promise.resolve(new Map([["1", pending]])));
  await requests.check(1, Promise.resolve(new Map([["2", { kind: "unavailable", reason: "http_500" }]])));
  const told = await text();
  expect(told).toContain(`hermod_messages_per_check_sum{${labels}} 4\n`);
  expect(told).toContain(`hermod_messages_per_check_count{${labels}} 2\n`);
  expect(told).toContain(`hermod_check_answers_total{${labels},answer="report"} 1\n`);
  expect(told).toContain(`hermod_check_answers_total{${labels},answer="unavailable"} 1\n`);
});
