import { describe, expect, test } from "vitest";
import { responseOf } from "../wire.ts";
import { type Call, expectEach, messagesOf, never } from "./calls.ts";
import { openStage } from "./stage.ts";
import type { Subject } from "./subject.ts";

const NOON = "Tue, 01 Jan 2030 12:00:00 GMT";
/** No provider can rest an account for longer than core believes. */
const LONGEST_MS = 3_600_000;
const LONG = expect.toSatisfy((waitMs: number) => waitMs > 0 && waitMs <= LONGEST_MS);

const HEADERS: readonly (readonly [
  title: string,
  headers: Readonly<Record<string, string>>,
  wait: object,
])[] = [
  ["no header", {}, {}],
  ["seconds", { "retry-after": "3" }, { retryAfterMs: 3000 }],
  ["no seconds", { "retry-after": "0" }, { retryAfterMs: 0 }],
  ["a date", { "retry-after": "Tue, 01 Jan 2030 12:00:30 GMT", date: NOON }, { retryAfterMs: 30_000 }],
  [
    "a date that is over",
    { "retry-after": "Tue, 01 Jan 2030 11:00:00 GMT", date: NOON },
    { retryAfterMs: 0 },
  ],
  ["an absurd number", { "retry-after": "999999999" }, { retryAfterMs: LONG }],
  ["an absurd date", { "retry-after": "Sat, 01 Jan 2050 12:00:00 GMT", date: NOON }, { retryAfterMs: LONG }],
  ["a number beyond numbers", { "retry-after": "9".repeat(400) }, {}],
  ["a negative number", { "retry-after": "-5" }, {}],
  ["a fraction", { "retry-after": "1.5" }, {}],
  ["words", { "retry-after": "soon" }, {}],
];

/** A 429 says "not taken", and how long to rest, within reason. */
export function testThrottling(subject: Subject, call: Call): void {
  const messages = messagesOf(subject, call.most(2));

  describe.concurrent("429 rests the account", () => {
    test.each(HEADERS)("with %s", async (_, headers, wait) => {
      await using stage = await openStage(subject, call, {
        reply: (socket) => void socket.write(responseOf({ status: 429, headers, body: "" })),
      });
      expectEach(await call.ask(stage.adapter, messages, never), messages, call.throttled(wait));
      expect(stage.requests.length).toBe(call.requests(messages.length));
    });
  });

  // What the body says beside it is no reason not to rest.
  const refusals = (call.operation.codes ?? []).filter(({ result }) => result.kind === "rejected");
  if (refusals.length > 0 && subject.bodyDecides !== true)
    describe("429 rests the account, whatever refusal comes with it", () => {
      test.each(refusals)("$code", async ({ answer }) => {
        const reply = responseOf({ ...answer, status: 429 });
        await using stage = await openStage(subject, call, { reply: (socket) => void socket.write(reply) });
        expectEach(await call.ask(stage.adapter, messages, never), messages, call.throttled({}));
      });
    });
}
