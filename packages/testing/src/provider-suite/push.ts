import { describe, expect, test } from "vitest";
import { messagesOf } from "./calls.ts";
import { eachReplaced, withItems } from "./mutations.ts";
import { expectNoneOf, privateTexts } from "./privacy.ts";
import type { Adapter, Pushed, PushOperation, Subject } from "./subject.ts";
import { WORTHLESS_ANSWERS } from "./worthless-answers.ts";

/** What a provider sends by itself is evidence where it is a documented report, and nothing anywhere else. */
export function testPush(subject: Subject, push: PushOperation): void {
  const read = async (body: string) => {
    await using adapter = openAdapter(subject);
    return adapter.readPush?.(body) ?? { kind: "unreadable", why: "no reader" };
  };
  const reportsIn = async (body: string): Promise<readonly Pushed[]> => {
    const told = await read(body);
    return told.kind === "reports" ? told.reports : [];
  };

  describe("a push", () => {
    test("tells each of its reports", async () => {
      expect(await reportsIn(push.body)).toEqual(push.reports);
    });

    test("is acknowledged, whatever of it is stored, and however often", async () => {
      const told = await read(push.body);
      if (told.kind !== "reports") throw new Error(told.why);
      for (const stored of [told.reports, [], told.reports.slice(1), structuredClone(told.reports)]) {
        const answer = told.acknowledge(stored);
        expect(answer.status).toBe(200);
        expect(told.acknowledge(stored)).toEqual(answer);
      }
    });

    test("tells no message another one's report, whatever is missing and in whatever order", async () => {
      const own = push.reports.map((report) => JSON.stringify(report));
      for (const change of [
        (items: readonly unknown[]) => items.toReversed(),
        (items: readonly unknown[]) => items.slice(1),
        (items: readonly unknown[]) => [null, 7, ...items],
      ]) {
        const told = await reportsIn(withItems(push.body, change));
        for (const report of told) expect(own).toContain(JSON.stringify(report));
      }
    });

    test("has every code of the documents, and no other", () => {
      expect(push.documented.length).toBeGreaterThan(0);
      expect([...new Set(push.codes.map(({ code }) => code))].sort()).toEqual(
        [...new Set(push.documented)].sort(),
      );
    });

    test.each(push.codes)("says $code, which has exactly one meaning", async ({ body, report }) => {
      expect((await reportsIn(body)).map((told) => told.report)).toEqual([report]);
    });

    test.each(push.unknown)(
      "says $code, which nobody documented, and it is kept",
      async ({ code, body, report }) => {
        expect((await reportsIn(body)).map((told) => told.report)).toEqual([report]);
        expect(report).toMatchObject({ kind: "unmapped", word: code });
      },
    );

    test.each(worthlessBodies(push.body))("tells nothing where its body is $title", async ({ body }) => {
      expect(await reportsIn(body)).toEqual([]);
    });

    test("tells nothing private, wherever the provider puts it", async () => {
      const { whole, national, password } = privateTexts(messagesOf(subject, 1)[0]);
      for (const text of [...whole, `pin ${password}`]) {
        for (const body of [text, ...eachReplaced(push.body, text)]) {
          const told = await read(body);
          const reports = told.kind === "reports" ? told.reports.map(({ report }) => report) : told.why;
          expectNoneOf(reports, [national, password]);
        }
      }
    });
  });
}

/** Bodies in place of this one that say nothing; what is no text does not come here. */
function worthlessBodies(right: string) {
  return WORTHLESS_ANSWERS.flatMap(({ title, make, readable, contradicted }) => {
    const { body } = make({ status: 200, body: right });
    return typeof body !== "string" || readable || contradicted ? [] : [{ title, body }];
  });
}

/** An account at an address that nobody is asked at. */
export function openAdapter(subject: Subject): Adapter {
  return subject.open({ baseUrl: "http://127.0.0.1:1", connections: 1, timeoutMs: 1000 });
}
