import type { Lookup } from "@hermod/core/report";
import { describe, expect, test } from "vitest";
import { type CannedAnswer, openAnsweringServer } from "../answering-server.ts";
import type { SoughtMessage } from "../provider.ts";
import { UltroamAccount } from "./config.ts";
import { ultroam } from "./index.ts";

const never = new AbortController().signal;
const MESSAGE: SoughtMessage = {
  id: "m1",
  to: "+84836106872",
  reference: 17,
  attemptedAt: Date.parse("2026-03-01T12:00:00Z"),
};
const RECORD = {
  port: 0,
  user_id: 17,
  number: "84836106872",
  time: "2026-03-01 19:00:02",
  status: "SENDING",
  count: 1,
  succ_count: 0,
  ref_id: 12,
};

const ok = (fields: object): CannedAnswer => ({ status: 200, body: JSON.stringify(fields) });
const list = (...result: unknown[]) => ok({ error_code: 200, sn: "db00", result });
const queue = (in_queue: unknown) => ok({ error_code: 200, sn: "db00", in_queue });
const nothing = (reason: string) => ({ kind: "unavailable", reason });
const ABSENT = { kind: "absent" };

async function search(results: CannedAnswer, waiting = queue(0), messages = [MESSAGE]) {
  await using server = await openAnsweringServer(({ path }) =>
    path === "/api/query_sms_result" ? results : waiting,
  );
  const parsed = UltroamAccount.parse({
    provider: "ultroam",
    baseUrl: server.baseUrl,
    username: "kunde",
    password: "hunter2",
    auth: "basic",
  });
  await using provider = ultroam.open(parsed);
  const lookups = (await provider.lookup?.(messages, never)) ?? new Map<string, Lookup>();
  return { lookups, requests: server.requests };
}

const lookUp = async (results: CannedAnswer, waiting?: CannedAnswer) =>
  (await search(results, waiting)).lookups.get("m1");

test("the queue is asked about before the results: a message that leaves it in between is in them", async () => {
  const { requests } = await search(list());
  expect(requests.map(({ method, path, body }) => [method, path, body])).toEqual([
    ["GET", "/api/query_sms_in_queue", ""],
    ["POST", "/api/query_sms_result", '{"user_id":[17]}'],
  ]);
});

describe("a message is found", () => {
  test.each([
    ["SENDING", "pending"],
    ["SENT_OK", "sent"],
    ["DELIVERED", "delivered"],
    ["FAILED", "undelivered"],
    ["QUEUED", "unmapped"],
  ])("by any record of its own: %s", async (status, kind) => {
    const found = { kind: "found", providerId: "17", report: { kind, word: status } };
    expect(await lookUp(list({ ...RECORD, status }))).toMatchObject(found);
  });

  test.each([
    ["its zone is ahead", "2026-03-02 02:00:00"],
    ["its zone is behind", "2026-03-01 00:00:00"],
    ["it waited for a day", "2026-03-02 12:00:00"],
    ["its time cannot be read", "yesterday"],
  ])("where %s", async (_, time) => {
    expect(await lookUp(list({ ...RECORD, time }))).toMatchObject({ kind: "found" });
  });

  test.each<[string, CannedAnswer]>([
    ["messages wait", queue(9)],
    ["it does not answer about its queue", { status: 500, body: "" }],
  ])("though %s in the box", async (_, waiting) => {
    expect(await lookUp(list(RECORD), waiting)).toMatchObject({ kind: "found" });
  });
});

describe("a message is absent", () => {
  test.each<[string, CannedAnswer]>([
    ["an empty list", list()],
    ["no list", ok({ error_code: 200 })],
    ["records of others", list({ ...RECORD, user_id: 18 }, { ...RECORD, user_id: 0, number: "10086" })],
  ])("where an empty queue is followed by %s", async (_, results) => {
    expect(await lookUp(results)).toEqual(ABSENT);
  });

  test("where firmware does not tell about its queue, since the caller waits for it to settle", async () => {
    expect(await lookUp(list(), { status: 404, body: "" })).toEqual(ABSENT);
  });
});

test("firmware that has the call under its other name is asked by it", async () => {
  const lookups = async (waiting: CannedAnswer) => {
    await using server = await openAnsweringServer(({ path }) => {
      if (path === "/api/query_sms_result") return list();
      return path === "/api/query_sms_queue" ? waiting : { status: 404, body: "" };
    });
    const account = {
      provider: "ultroam",
      baseUrl: server.baseUrl,
      username: "u",
      password: "p",
      auth: "basic",
    };
    await using provider = ultroam.open(UltroamAccount.parse(account));
    return (await provider.lookup?.([MESSAGE], never))?.get("m1");
  };
  expect(await lookups(queue(0))).toEqual(ABSENT);
  expect(await lookups(queue(1))).toEqual(nothing("queue_not_empty"));
});

describe("nothing is proven", () => {
  test.each<[string, CannedAnswer, string]>([
    ["another number", list({ ...RECORD, number: "84836106873" }), "other_message"],
    ["a time two days before the attempt", list({ ...RECORD, time: "2026-02-27 12:00:00" }), "other_message"],
    ["no number", list({ ...RECORD, number: null }), "other_message"],
    ["no reference, but its number", list({ ...RECORD, user_id: null }), "record_without_reference"],
    ["neither reference nor number", list({ status: "SENT_OK" }), "record_without_reference"],
    ["a reference that cannot be read", list({ ...RECORD, user_id: "x" }), "not_understood"],
    ["no fields", list(null), "not_understood"],
  ])("by a record with %s", async (_, results, reason) => {
    expect(await lookUp(results)).toEqual(nothing(reason));
  });

  test.each<[string, CannedAnswer, string]>([
    ["a list that is none", ok({ error_code: 200, result: null }), "not_understood"],
    ["HTML", { status: 200, body: "<html>" }, "not_understood"],
    ["HTTP 404", { status: 404, body: "" }, "http_404"],
  ])("by an answer of %s", async (_, results, reason) => {
    expect(await lookUp(results)).toEqual(nothing(reason));
  });

  test.each<[string, CannedAnswer, string]>([
    ["that messages wait", queue(1), "queue_not_empty"],
    ["no number", queue("many"), "queue_not_understood"],
  ])("by an empty list where the queue says %s", async (_, waiting, reason) => {
    expect(await lookUp(list(), waiting)).toEqual(nothing(reason));
  });
});

test("many messages are searched for 32 at a time, each told by its own record", async () => {
  const messages = Array.from({ length: 40 }, (_, n) => ({ ...MESSAGE, id: `m${n}`, reference: n + 1 }));
  const { lookups, requests } = await search(list(RECORD), queue(0), messages);
  expect(requests.length).toBe(3);
  expect([...lookups].filter(([, { kind }]) => kind === "found").map(([id]) => id)).toEqual(["m16"]);
  expect([...lookups].filter(([, { kind }]) => kind === "absent").length).toBe(39);
});
