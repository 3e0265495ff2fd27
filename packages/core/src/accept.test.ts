import { describe, expect, test } from "vitest";
import { T0 } from "../test/samples.ts";
import { acceptedRecord, fingerprint } from "./accept.ts";
import { MessageInput } from "./message.ts";

const BASE: MessageInput = { account: "a", to: "+84836106872", content: { text: "hello" } };
const ACCEPTANCE = { id: "0".repeat(26), bodyHash: "hash", at: T0 };

function accept(input: Partial<MessageInput>) {
  return acceptedRecord(MessageInput.parse({ ...BASE, ...input }), ACCEPTANCE);
}

function printOf(input: Partial<MessageInput>): string {
  return fingerprint(MessageInput.parse({ ...BASE, ...input }));
}

describe("an accepted message", () => {
  test("is queued at the first account of its route, free to go at once", () => {
    const record = accept({ account: undefined, route: ["first", "second"], expiresInMs: 5000 });
    expect(record).toMatchObject({
      ...{ state: "queued", reason: "ready", account: "first", route: ["first", "second"] },
      ...{ releaseAt: T0, acceptedAt: T0, expiresAt: T0 + 5000, deadlineAt: T0 + 5000 },
      ...{ revision: 1, attempt: 0, spent: 0, attempts: [], anomalies: [] },
    });
  });

  test("with a single account has a route of one", () => {
    expect(accept({})).toMatchObject({ account: "a", route: ["a"] });
  });

  test.for([
    ["epoch milliseconds", T0 + 60_000],
    ["a date", new Date(T0 + 60_000)],
    ["a text", new Date(T0 + 60_000).toISOString()],
  ] as const)("waits for its time when that is given as %s, and expires counted from then", ([, sendAt]) => {
    expect(accept({ sendAt, expiresInMs: 5000 })).toMatchObject({
      reason: "schedule",
      releaseAt: T0 + 60_000,
      expiresAt: T0 + 65_000,
    });
  });

  test("with a time in the past goes at once and does not expire any sooner", () => {
    expect(accept({ sendAt: T0 - 60_000, expiresInMs: 5000 })).toMatchObject({
      reason: "ready",
      releaseAt: T0,
      expiresAt: T0 + 5000,
    });
  });
});

describe("the fingerprint of a message", () => {
  test("is the same for the same message, however it was written down", () => {
    const same: Partial<MessageInput>[] = [
      { priority: "normal", onUnknown: "hold", producer: "default" },
      { account: undefined, route: ["a"] },
      { idempotencyKey: "another" },
      { metadata: {} },
    ];
    for (const input of same) expect(printOf(input)).toBe(printOf({}));
    const content = { template: "T", params: { a: "1", b: "2" } };
    const turned = { params: { b: "2", a: "1" }, template: "T" };
    expect(printOf({ content: turned })).toBe(printOf({ content }));
    expect(printOf({ metadata: { b: "2", a: "1" } })).toBe(printOf({ metadata: { a: "1", b: "2" } }));
    const times = [T0, new Date(T0), new Date(T0).toISOString()];
    expect(new Set(times.map((sendAt) => printOf({ sendAt }))).size).toBe(1);
  });

  test("is another one as soon as anything that the producer chose is another", () => {
    const different: Partial<MessageInput>[] = [
      {},
      { account: "b" },
      { account: undefined, route: ["a", "b"] },
      { account: undefined, route: ["b", "a"] },
      { to: "+84836106873" },
      { content: { text: "hello!" } },
      { content: { text: "hello", template: "T" } },
      { content: { template: "T", params: { a: "1" } } },
      { content: { template: "T", params: { a: "2" } } },
      { producer: "shop" },
      { priority: "urgent" },
      { sendAt: T0 },
      { expiresInMs: 5000 },
      { onUnknown: "resend" },
      { metadata: { a: "1" } },
      { routeRule: ["3"] },
    ];
    expect(new Set(different.map(printOf)).size).toBe(different.length);
  });
});
