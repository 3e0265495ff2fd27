import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { PushedReport } from "../provider.ts";
import { readPush } from "./push.ts";
import { testAccount } from "./test-account.ts";

const account = testAccount("http://127.0.0.1");

/** Reads a pushed body that can be read. */
function read(body: unknown) {
  const push = readPush(typeof body === "string" ? body : JSON.stringify(body), account);
  if (push.kind !== "reports") throw new Error(push.why);
  return push;
}

const state = (id_sms: unknown, word: unknown, time = "") => ({ id_sms, time, state: word });
const reported = (providerId: string, kind: string, word: string) => ({ providerId, report: { kind, word } });

describe("a pushed array", () => {
  test("tells each id's state, whether ids are numbers or texts", () => {
    const { reports } = read([state("3234", "deliver"), state(3235, "not_deliver"), state(" 3236 ", "read")]);
    expect(reports).toEqual([
      reported("3234", "delivered", "deliver"),
      reported("3235", "undelivered", "not_deliver"),
      reported("3236", "read", "read"),
    ]);
  });

  test("tells when the state changed, in the account's zone", () => {
    const { reports } = read([state(1, "deliver", "2026-01-31 12:00:00")]);
    expect(reports[0]?.report.details).toEqual({ changedAt: "2026-01-31T09:00:00Z" });
  });

  test("may say words nobody documented, kept without anything private", () => {
    const { reports } = read([state(1, "Отменено для +7 900 000-00-01, hunter2")]);
    expect(reports).toEqual([reported("1", "unmapped", "Отменено для #, #")]);
    expect(inspect(reports, { depth: 9 })).not.toMatch(/900|hunter2/);
  });

  test("may be one element without its array, or empty", () => {
    expect(read(state(1, "deliver")).reports).toHaveLength(1);
    expect(read([]).reports).toEqual([]);
  });
});

describe("the acknowledgement", () => {
  const push = read([state("3234", "deliver"), state("3235", "deliver"), state(3236, "deliver")]);

  test("names exactly the ids that are stored, in the documented form", () => {
    const [first, , third] = push.reports;
    expect(push.acknowledge([third, first].filter((one) => one !== undefined))).toEqual({
      status: 200,
      contentType: "text/json; charset=utf-8",
      body: '[{"id_sms":3234},{"id_sms":3236}]',
    });
  });

  test("of nothing is an empty array", () => {
    expect(push.acknowledge([]).body).toBe("[]");
  });

  test("does not depend on which objects were stored", () => {
    expect(push.acknowledge(structuredClone(push.reports)).body).toBe(
      '[{"id_sms":3234},{"id_sms":3235},{"id_sms":3236}]',
    );
  });

  test("does not name what was not pushed", () => {
    const stranger: PushedReport = { providerId: "9", report: { kind: "read", word: "read" } };
    expect(push.acknowledge([stranger]).body).toBe("[]");
  });

  test("names an id with two states once, and only when both are stored", () => {
    const twice = read([state(1, "deliver"), state(1, "read"), state(2, "read"), state(2, "read")]);
    const stored = (word: string) => twice.reports.filter(({ report }) => report.word === word);
    expect(twice.acknowledge(twice.reports).body).toBe('[{"id_sms":1},{"id_sms":2}]');
    expect(twice.acknowledge(stored("read")).body).toBe('[{"id_sms":2}]');
  });

  test("never names an element that could not be read", () => {
    const mixed = read([state(1, "deliver"), state(2, ""), state("x", "deliver"), null, state(3, {})]);
    expect(mixed.acknowledge(mixed.reports).body).toBe('[{"id_sms":1}]');
  });

  test("keeps an id that no number holds as text", () => {
    const large = read('[{"id_sms":12345678901234567890,"state":"read","time":""}]');
    expect(large.acknowledge(large.reports).body).toBe('[{"id_sms":"12345678901234567890"}]');
  });
});

test.each([
  ["nothing", ""],
  ["HTML", "<html>"],
  ["cut JSON", '[{"id_sms":1,"state":"deliver"'],
  ["a byte order mark", '\uFEFF[{"id_sms":1,"state":"deliver"}]'],
  ["a text", '"deliver"'],
  ["null", "null"],
  ["no id", '[{"state":"deliver"}]'],
  ["an id that is no number", '[{"id_sms":"../1","state":"deliver"}]'],
  ["a state only by inheritance", '[{"id_sms":1,"__proto__":{"state":"deliver"}}]'],
  ["60,000 brackets", "[".repeat(60_000)],
])("a body that tells nothing is unreadable: %s", (_, body) => {
  expect(readPush(body, account)).toEqual({ kind: "unreadable", why: "no_states" });
});
