import { describe, expect, test } from "vitest";
import { responseOf } from "../wire.ts";
import { type Call, expectEach, messagesOf, never, resultsOf } from "./calls.ts";
import { eachReplaced } from "./mutations.ts";
import { openStage } from "./stage.ts";
import type { Subject, Told } from "./subject.ts";
import { WORTHLESS_ANSWERS } from "./worthless-answers.ts";

/** Values of other types, some of which cannot be made into text or are found in every object. */
const ODD_VALUES: readonly unknown[] = [
  {},
  [],
  true,
  null,
  "",
  -1,
  1e300,
  "\u0000",
  "constructor",
  { toString: 1, valueOf: 1, toJSON: 1, length: -1 },
  "x".repeat(10_000),
];

/** What may be told in place of this: the same, that it is not known, or nothing. */
function meanings(right: Told | undefined): string[] {
  const safe = ["maybeSent", "rejected", "unavailable", "absent", "unmapped", "pending"];
  return right === undefined ? [] : [meaning(right), ...safe];
}

function meaning(told: Told): string {
  return "report" in told ? (told.report as Told).kind : told.kind;
}

/** An answer that came whole and is none of the documented ones proves nothing. */
export function testWorthlessAnswers(subject: Subject, call: Call): void {
  const messages = messagesOf(subject, call.most(2));
  const one = messagesOf(subject, 1);

  describe.concurrent("a whole answer that is none proves nothing", () => {
    test.each(WORTHLESS_ANSWERS)("$title", async ({ make, readable, contradicted }) => {
      await using stage = await openStage(subject, call, {
        reply: (socket, right) => void socket.write(responseOf(make(right))),
      });
      const told = await call.ask(stage.adapter, messages, never);
      const counts = contradicted === true && subject.bodyDecides === true;
      const mayCount = readable === true && call.name !== "send" && [...told.values()].every(call.isEvidence);
      // It may be told how it was read.
      if (counts || mayCount) expect([...told]).toMatchObject([...resultsOf(call, messages)]);
      else expectEach(told, messages, call.nothing("answer"));
      expect(stage.requests.length).toBeLessThanOrEqual(call.requests(messages.length));
    });
  });

  test("one value of another type is survived, and makes no other state", async () => {
    const right = resultsOf(call, one);
    let left: readonly string[] | undefined;
    await using stage = await openStage(subject, call, {
      reply(socket, answer) {
        left ??= ODD_VALUES.flatMap((value) => eachReplaced(answer.body.toString(), value));
        const [body = "", ...others] = left;
        left = others;
        socket.write(responseOf({ ...answer, body }));
      },
    });
    while (left === undefined || left.length > 0) {
      const before = stage.requests.length;
      const told = await call.ask(stage.adapter, one, never);
      expect(stage.requests.length).toBeGreaterThan(before);
      expect([...told.keys()]).toEqual([...right.keys()]);
      for (const [id, each] of told) expect(meanings(right.get(id))).toContain(meaning(each));
    }
  });
}

/** A redirect is an answer, and no documented one. */
export function testRedirects(subject: Subject, call: Call): void {
  const messages = messagesOf(subject, call.most(2));

  describe.concurrent("a redirect is not followed, and carries nothing away", () => {
    test.each([301, 302, 303, 307, 308])("HTTP %d", async (status) => {
      // Anything that came here would be the right answer.
      await using elsewhere = await openStage(subject, call);
      await using stage = await openStage(subject, call, {
        reply(socket, _, { path }) {
          const location = elsewhere.baseUrl + path;
          socket.write(responseOf({ status, headers: { location }, body: "" }));
        },
      });
      const told = await call.ask(stage.adapter, messages, never);
      expectEach(told, messages, call.nothing("answer"));
      expect(elsewhere.received()).toBe("");
      expect(stage.requests.length).toBe(call.requests(messages.length));
    });

    test("nor is one to the same server", async () => {
      await using stage = await openStage(subject, call, {
        reply: (socket, _, { path }) =>
          void socket.write(responseOf({ status: 307, headers: { location: `${path}?again` }, body: "" })),
      });
      expectEach(await call.ask(stage.adapter, messages, never), messages, call.nothing("answer"));
      expect(stage.received()).not.toContain("?again");
    });
  });
}
