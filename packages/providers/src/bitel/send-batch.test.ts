import type { Outcome } from "@hermod/core/outcome";
import { describe, expect, test } from "vitest";
import { type CannedAnswer, openAnsweringServer, type ReceivedRequest } from "../answering-server.ts";
import type { OutgoingMessage } from "../provider.ts";
import { BitelAccount } from "./config.ts";
import { bitel } from "./index.ts";

const never = new AbortController().signal;
const BATCH = "0123c2cec14c43ac944553f15f3aab18";
const TWO = [outgoing("m1", 1), outgoing("m2", 2)];

/** A message to the n-th number. */
function outgoing(id: string, n: number, text = `text ${id}`): OutgoingMessage {
  return { id, to: `+98912000${1000 + n}`, validForMs: 300_000, content: { text } };
}

const local = (n: number) => `0912000${1000 + n}`;

async function sendAll(
  messages: readonly OutgoingMessage[],
  answer: CannedAnswer | ((request: ReceivedRequest) => CannedAnswer),
  account: object = {},
) {
  await using server = await openAnsweringServer(typeof answer === "function" ? answer : () => answer);
  const input = { provider: "bitel", baseUrl: server.baseUrl, token: "token", sendBatch: 100, ...account };
  await using provider = bitel.open(BitelAccount.parse(input));
  const outcomes = await provider.send(messages, never);
  const requests = server.requests.map(({ path, body }) => ({ path, body: JSON.parse(body) }));
  return { outcomes, requests };
}

const result = (value: unknown): CannedAnswer => ({
  status: 200,
  body: JSON.stringify({ result: value, error: null }),
});
const error = (code: string): CannedAnswer => ({
  status: 400,
  body: JSON.stringify({ result: null, error: code }),
});
const inBatch = (index: number): Outcome => ({ kind: "accepted", batchId: BATCH, place: [index, 2] });

describe("the requests", () => {
  test.each([
    ["v1", "/sms/p2p"],
    ["v2", "/sms/batch/p2p"],
  ])("a text each goes by p2p in %s", async (apiVersion, path) => {
    const { requests } = await sendAll(TWO, result(BATCH), { apiVersion, gatewayNumber: "5000" });
    const body = {
      messages: ["text m1", "text m2"],
      phoneNumbers: [local(1), local(2)],
      gatewayNumber: "5000",
    };
    expect(requests).toEqual([{ path, body }]);
  });

  test.each(["v1", "v2"])("one text to many goes as a batch in %s", async (apiVersion) => {
    const messages = [outgoing("m1", 1, "same"), outgoing("m2", 2, "same")];
    const { requests } = await sendAll(messages, result(BATCH), { apiVersion });
    const body = { message: "same", phoneNumbers: [local(1), local(2)] };
    expect(requests).toEqual([{ path: "/sms/batch", body }]);
  });

  test("each message goes alone where the account says so", async () => {
    const { requests } = await sendAll(TWO, result({ requestId: "a" }), { sendBatch: 1 });
    expect(requests.map(({ path }) => path)).toEqual(["/sms/single", "/sms/single"]);
  });

  test("no request has the same number twice", async () => {
    const messages = [1, 2, 1, 3, 1, 2].map((n, index) => outgoing(`m${index}`, n));
    const { requests, outcomes } = await sendAll(messages, result(BATCH));
    const numbers = requests.map(({ body }) => body.phoneNumbers ?? [body.phoneNumber]);
    expect(numbers.map((some) => some.length).sort()).toEqual([1, 2, 3]);
    for (const some of numbers) expect(new Set(some).size).toBe(some.length);
    expect(outcomes.size).toBe(6);
  });

  test("no request is larger than the account allows", async () => {
    const messages = Array.from({ length: 25 }, (_, n) => outgoing(`m${n}`, n));
    const { requests } = await sendAll(messages, result(BATCH), { sendBatch: 10 });
    expect(requests.map(({ body }) => body.messages.length).sort()).toEqual([10, 10, 5]);
  });

  test("a message that Bitel cannot take does not stop the others", async () => {
    const abroad = { ...outgoing("m3", 3), to: "+84836106872" };
    const { requests, outcomes } = await sendAll([...TWO, abroad], result(BATCH));
    expect(requests).toMatchObject([{ body: { phoneNumbers: [local(1), local(2)] } }]);
    expect(outcomes.get("m3")).toMatchObject({ kind: "rejected", scope: "recipient" });
    expect(outcomes.get("m1")).toEqual(inBatch(0));
  });
});

describe("an answer with one id for all, as v1 gives it", () => {
  const nameless: Outcome = { kind: "accepted" };
  const lost: Outcome = { kind: "maybeSent", phase: "answer", evidence: "no_result" };

  test.each<[string, unknown, (index: number) => Outcome]>([
    ["a bare text", BATCH, inBatch],
    ["an object", { batchId: BATCH }, inBatch],
    ["an object with another name for it", { requestId: BATCH }, inBatch],
    ["nothing usable", {}, () => nameless],
    ["an empty text", "", () => nameless],
    ["nothing", null, () => lost],
  ])("%s", async (_, value, outcome) => {
    const { outcomes } = await sendAll(TWO, result(value));
    expect([...outcomes.values()]).toEqual([outcome(0), outcome(1)]);
  });
});

describe("an answer with an item for each, as v2 gives it", () => {
  const item = (id: string, n: number, more: object = {}) => ({
    id,
    phoneNumber: local(n),
    status: 0,
    ...more,
  });
  const masked = (id: string, phoneNumber = "0912*******") => ({ id, phoneNumber });
  const a: Outcome = { kind: "accepted", providerId: "a" };
  const b: Outcome = { kind: "accepted", providerId: "b" };
  const nameless: Outcome = { kind: "accepted" };
  const missing: Outcome = { kind: "maybeSent", phase: "answer", evidence: "not_in_answer" };

  test.each<[string, unknown[], Outcome, Outcome]>([
    ["in order", [item("a", 1), item("b", 2)], a, b],
    ["in another order", [item("b", 2), item("a", 1, { partCount: 3 })], { ...a, parts: 3 }, b],
    ["with numbers in another form", [item("a", 1, { phoneNumber: "989120001001" }), item("b", 2)], a, b],
    ["masked, in order", [masked("a"), masked("b")], a, b],
    ["one of them masked, in order", [item("a", 1), masked("b")], a, b],
    ["one of them masked, in another order", [masked("b"), item("a", 1)], a, nameless],
    ["masked, and digits of another order", [masked("a"), masked("b", "0935*******")], nameless, nameless],
    ["masked and too many", [masked("a"), masked("b"), masked("c")], nameless, nameless],
    ["one of them missing", [item("a", 1)], a, missing],
    ["masked and too few", [masked("a")], missing, missing],
    ["another one's number", [item("a", 1), item("x", 9)], a, missing],
    ["one number twice", [item("a", 1), item("x", 1), item("b", 2)], nameless, b],
    ["bare ids", ["a", "b"], a, b],
    ["something else", [item("a", 1), null, true], a, missing],
  ])("%s", async (_, items, first, second) => {
    const { outcomes } = await sendAll(TWO, result(items), { apiVersion: "v2" });
    expect([outcomes.get("m1"), outcomes.get("m2")]).toEqual([first, second]);
  });
});

describe("a refusal", () => {
  test.each([
    ["InvalidRequest", { scope: "message", code: "batch_refused" }],
    ["InvalidPhoneNumber", { scope: "message", code: "batch_refused" }],
    ["Whatever", { scope: "message", code: "undocumented" }],
    ["InvalidGateway", { scope: "account", code: "gateway" }],
  ])("of several says of none that it was its fault: %s", async (code, refusal) => {
    const { outcomes } = await sendAll(TWO, error(code));
    const outcome = { kind: "rejected", ...refusal, providerCode: code };
    expect([...outcomes.values()]).toEqual([outcome, outcome]);
  });

  test("of one request leaves the other ones alone", async () => {
    const messages = [outgoing("m1", 1), outgoing("m2", 2), outgoing("m3", 3)];
    const { outcomes } = await sendAll(
      messages,
      ({ path }) => (path === "/sms/single" ? error("InvalidPhoneNumber") : result(BATCH)),
      { sendBatch: 2 },
    );
    expect(outcomes.get("m1")).toEqual(inBatch(0));
    expect(outcomes.get("m3")).toMatchObject({ scope: "recipient", code: "number_format" });
  });
});

test("an answer that repeats a hundred long texts is read", async () => {
  const messages = Array.from({ length: 100 }, (_, n) => outgoing(`m${n}`, n, `${n} ${"سلام".repeat(200)}`));
  const items = messages.map(({ id, content }, n) => ({ id, phoneNumber: local(n), message: content.text }));
  const { outcomes } = await sendAll(messages, result(items), { apiVersion: "v2" });
  expect(outcomes.get("m99")).toEqual({ kind: "accepted", providerId: "m99" });
});
