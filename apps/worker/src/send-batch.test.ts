import { acceptedRecord } from "@hermod/core/accept";
import type { Capabilities } from "@hermod/core/capabilities";
import { AccountBase } from "@hermod/core/config";
import { MessageInput } from "@hermod/core/message";
import type { MessageRecord } from "@hermod/core/record";
import { SMS_ENCODINGS } from "@hermod/core/text-limits";
import { expect, test } from "vitest";
import { firstOf, mostBegun, requestsOf, turnsComeFirst } from "./send-batch.ts";

function context(account: object, sendBatch: number) {
  const capabilities: Capabilities = {
    content: ["text"],
    reference: "none",
    lookup: "none",
    reports: "poll",
    sendBatch,
    statusBatch: 1,
    validity: false,
    text: { encodings: [...SMS_ENCODINGS], source: "standard" },
  };
  return { account: AccountBase.parse({ baseUrl: "http://127.0.0.1:9", ...account }), capabilities };
}

function recordsOf(segments: readonly number[]): MessageRecord[] {
  return segments.map((count, index) => {
    const text = "a".repeat(count === 1 ? 10 : count * 153);
    const input = MessageInput.parse({ account: "main", to: "+84836106872", content: { text } });
    return acceptedRecord(input, { id: `${index}`, bodyHash: "", at: 0 });
  });
}

test("where messages are counted, requests are as full as they may be and count as one slot each", () => {
  const requests = requestsOf(context({ sendPerSecond: 50 }, 4), recordsOf([1, 3, 1, 1, 9]));
  expect(requests.map(({ messages, units }) => [messages.length, units])).toEqual([
    [4, 1],
    [1, 1],
  ]);
});

test("where segments are counted, a request counts for those of its messages, a quarter of a second's at most", () => {
  const account = context({ sendPerSecond: 20, rateUnit: "segment" }, 4);
  const requests = requestsOf(account, recordsOf([1, 3, 1, 1, 9, 1, 1, 1, 1, 1]));
  expect(requests.map(({ messages, units }) => [messages.length, units])).toEqual([
    [3, 5],
    [1, 1],
    [1, 9],
    [4, 4],
    [1, 1],
  ]);
});

test("a tenth of a second's worth begins together, and one message at least", () => {
  const account = context({ sendPerSecond: 50, rateUnit: "segment", connections: 10 }, 1);
  expect(firstOf(account, recordsOf([1, 3, 1, 1, 1]))).toHaveLength(3);
  expect(firstOf(account, recordsOf([12, 1]))).toHaveLength(1);
  expect(firstOf(context({ sendPerSecond: 50 }, 1), recordsOf([1, 3, 1, 1, 1, 1]))).toHaveLength(5);
});

test("as many begin as can be on the wire, more at high limits, and never more than a tenth of a second's worth", () => {
  const begun = (account: object, sendBatch = 1) => mostBegun(context(account, sendBatch));
  expect(begun({ sendPerSecond: 50, connections: 64 })).toBe(5);
  expect(begun({ sendPerSecond: 200, connections: 10 })).toBe(10);
  expect(begun({ sendPerSecond: 1500, connections: 64 })).toBe(150);
  expect(begun({ sendPerSecond: 1500, connections: 64 }, 10)).toBe(15);
  expect(begun({ sendPerSecond: 10_000, connections: 64 })).toBe(256);
});

test("slots are asked for first at limits that a process can use up, and turns first beyond", () => {
  const first = (sendPerSecond: number) => turnsComeFirst(context({ sendPerSecond, connections: 64 }, 1));
  expect([50, 500, 2000].map(first)).toEqual([false, false, false]);
  expect(first(10_000)).toBe(true);
});
