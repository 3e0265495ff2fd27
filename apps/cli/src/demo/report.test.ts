import { stripVTControlCharacters } from "node:util";
import type { MessageView } from "@hermod/client";
import { expect, test } from "vitest";
import { report } from "./report.ts";
import type { Verdict } from "./truth.ts";

const VIEW: MessageView = {
  id: "m1",
  state: "delivered",
  final: true,
  reason: "by_network",
  certainty: "proven",
  producer: "demo",
  priority: "urgent",
  account: "a",
  attempts: 1,
  providerId: "P1",
  anomalies: [],
  timestamps: { acceptedAt: 1000, expiresAt: 9000, updatedAt: 3500, submittedAt: 1500, finalAt: 3500 },
};
const VERDICT: Verdict = {
  id: "m1",
  demanded: "delivered",
  told: "delivered",
  timesAccepted: 1,
  agrees: true,
};
const BODY = { list_param: { otp: "D-1" } };
const REQUEST = { operation: "send", order: 1, at: 0, body: BODY, acceptedIds: [], answered: 429 } as const;
const PARTS = {
  verdicts: [VERDICT],
  views: [VIEW],
  log: {
    accepted: [{ id: "P1", at: 1400, finalStatus: "SUCCESS", params: { otp: "D-1" }, finalAt: 3000 }],
    requests: [REQUEST, { ...REQUEST, order: 2, at: 500, answered: 200, acceptedIds: ["P1"] }],
  },
  sendPerSecond: 50,
  elapsedMs: 4000,
};

function words(parts: Parameters<typeof report>[0]): string[] {
  return report(parts).map((line) => stripVTControlCharacters(line).replaceAll(/ +/g, " ").trim());
}

test("the report counts states, times and requests", () => {
  expect(words(PARTS)).toEqual(
    expect.arrayContaining([
      "delivered 1 1",
      "send latency (accepted → submitted) 0.50 s 0.50 s 0.50 s of 1",
      "time to final (submitted → final) 2.00 s 2.00 s 2.00 s of 1",
      "of it after the provider knew 0.50 s 0.50 s 0.50 s of 1",
      "send requests 2 2.00 per message",
      "answered 429 1",
      "retries 1 after proof that the message was not taken",
      "most in any second 2 of 50 allowed",
      "accepted twice 0",
      "All 1 messages ended as the provider's log demands, after 4.00 s; accepted twice: 0",
    ]),
  );
});

test("a message that differs is named with what it is and what it should be", () => {
  const lines = words({ ...PARTS, verdicts: [{ ...VERDICT, told: "unknown", agrees: false }] });
  expect(lines).toContain("m1 Hermod says unknown, the provider's log demands delivered");
  expect(lines.join()).not.toContain("ended as the provider's log demands");
});

test("many differences are cut short", () => {
  const verdicts = Array.from({ length: 30 }, () => ({ ...VERDICT, agrees: false }));
  expect(words({ ...PARTS, verdicts }).at(-1)).toBe("and 10 more");
});

test("a run without a single message has no times", () => {
  const nothing = { ...PARTS, verdicts: [], views: [], log: { accepted: [], requests: [] } };
  expect(words(nothing)).toContain("send latency (accepted → submitted) – – –");
});
