import { describe, expect, test } from "vitest";
import { type CannedAnswer, openAnsweringServer } from "../answering-server.ts";
import type { FollowedMessage } from "../provider.ts";
import { BitelAccount } from "./config.ts";
import { bitel } from "./index.ts";

/** What one answer tells about messages. */
async function ask(answer: CannedAnswer, messages: readonly FollowedMessage[]) {
  await using server = await openAnsweringServer(() => answer);
  const account = { provider: "bitel", baseUrl: server.baseUrl, token: "hunter2" };
  await using provider = bitel.open(BitelAccount.parse(account));
  return provider.status(messages, new AbortController().signal);
}

test("the detail of a long batch is read also where the account sends no batches any more", async () => {
  const messages = Array.from({ length: 100 }, (_, n) => ({
    id: `m${n}`,
    to: `+98912000${1000 + n}`,
    batchId: "B",
  }));
  const result = messages.map(({ to }, n) => ({
    ...{ id: `id${n}`, phoneNumber: to, deliveryStatusCode: 1 },
    message: "سلام".repeat(200),
  }));
  const answers = await ask({ status: 200, body: JSON.stringify({ result, error: null }) }, messages);
  expect(new Set([...answers.values()].map(({ kind }) => kind))).toEqual(new Set(["report"]));
});

describe("the detail of a batch", () => {
  const ONE = { id: "m1", to: "+989120000001", batchId: "B" };
  const TWO = { id: "m2", to: "+989120000002", batchId: "B" };
  const item = (id: string, n: number, status: number) => ({
    id,
    phoneNumber: `0912000000${n}`,
    deliveryStatusCode: status,
  });
  const answersTo = async (items: unknown, messages: readonly FollowedMessage[] = [ONE, TWO]) => {
    const answers = await ask(
      { status: 200, body: JSON.stringify({ result: items, error: null }) },
      messages,
    );
    return messages.map(({ id }) => {
      const answer = answers.get(id);
      return answer?.kind === "report"
        ? answer.report.kind
        : answer?.kind === "unavailable"
          ? answer.reason
          : answer;
    });
  };

  test.each<[string, unknown, string, string]>([
    ["in order", [item("a", 1, 1), item("b", 2, 5)], "delivered", "undelivered"],
    ["in another order", [item("b", 2, 5), item("a", 1, 1)], "delivered", "undelivered"],
    ["with fewer items", [item("b", 2, 5)], "not_listed", "undelivered"],
    ["without items", [], "not_listed", "not_listed"],
    [
      "with a masked number, which is nobody's",
      [{ ...item("a", 1, 1), phoneNumber: "0912*******" }, item("b", 2, 5)],
      "not_listed",
      "undelivered",
    ],
    [
      "with one number twice",
      [item("a", 1, 1), item("x", 1, 5), item("b", 2, 5)],
      "ambiguous",
      "undelivered",
    ],
    ["with something that is no item", [null, 7, item("a", 1, 1)], "delivered", "not_listed"],
    [
      "with an item of no readable status",
      [{ ...item("a", 1, 1), deliveryStatusCode: {} }, item("b", 2, 1)],
      "no_status",
      "delivered",
    ],
    ["that is one item alone", item("a", 1, 1), "delivered", "not_listed"],
    ["that is no list", "ok", "not_understood", "not_understood"],
    ["that is nothing", null, "not_understood", "not_understood"],
  ])("%s", async (_, items, first, second) => expect(await answersTo(items)).toEqual([first, second]));

  test("matches by id, before the number, where the id is known", async () => {
    const known = [
      { ...ONE, providerId: "a" },
      { ...TWO, providerId: "b" },
    ];
    const items = [{ ...item("b", 1, 5), phoneNumber: "0912*******" }, item("a", 2, 1), item("c", 1, 0)];
    expect(await answersTo(items, known)).toEqual(["delivered", "undelivered"]);
  });

  test("gives one item to none of two messages with its number", async () => {
    expect(await answersTo([item("a", 1, 1)], [ONE, { ...ONE, id: "m2" }])).toEqual([
      "ambiguous",
      "ambiguous",
    ]);
  });

  test("tells the id of a message that has none yet, in whichever letters", async () => {
    const { id, ...rest } = item("a", 1, 1);
    const body = JSON.stringify({ result: [{ Id: id, ...rest }, item("b", 2, 0)], error: null });
    const answers = await ask({ status: 200, body }, [ONE, { ...TWO, providerId: "b" }]);
    expect([...answers.values()]).toMatchObject([
      { report: { kind: "delivered", providerId: "a" } },
      { report: { kind: "pending", providerId: "b" } },
    ]);
  });

  test("that cannot be had leaves all its messages without an answer", async () => {
    const answers = await ask({ status: 500, body: "" }, [ONE, TWO]);
    const nothing = { kind: "unavailable", reason: "http_500" };
    expect([...answers.values()]).toEqual([nothing, nothing]);
  });
});

describe("the detail of a batch with masked numbers", () => {
  const of = 3;
  const message = (index: number, to: string) => ({
    id: `m${index}`,
    to: `+98${to}`,
    batchId: "B",
    place: [index, of] as const,
  });
  const BATCH = [message(0, "9120000001"), message(1, "9350000002"), message(2, "9120000003")];
  const masked = (id: string, phoneNumber: unknown, deliveryStatusCode = 1) => ({
    id,
    phoneNumber,
    deliveryStatusCode,
  });
  const [A, B, C] = [masked("a", "0912*******"), masked("b", "0935*******", 5), masked("c", "0912*******")];

  /** The ids that the messages are told, or why they are told none. */
  const idsOf = async (items: unknown[], messages: readonly FollowedMessage[] = BATCH) => {
    const answers = await ask(
      { status: 200, body: JSON.stringify({ result: items, error: null }) },
      messages,
    );
    return messages.map(({ id }) => {
      const answer = answers.get(id);
      return answer?.kind === "unavailable"
        ? answer.reason
        : answer?.kind === "report" && answer.report.providerId;
    });
  };
  const NOBODY = ["not_listed", "not_listed", "not_listed"];

  test("is read by the place of each message, if all digits that are seen agree", async () => {
    expect(await idsOf([A, B, C])).toEqual(["a", "b", "c"]);
  });

  test("is read by place for those alone who are asked about", async () => {
    expect(await idsOf([A, B, C], BATCH.slice(1))).toEqual(["b", "c"]);
  });

  test.each<[string, unknown[]]>([
    ["fewer items than messages", [A, B]],
    ["more items than messages", [A, B, C, masked("d", "0912*******")]],
    ["digits in places that are not theirs", [B, A, C]],
    ["somebody else's whole number in one of the places", [A, B, masked("c", "09129999999")]],
  ])("is nobody's with %s", async (_, items) => expect(await idsOf(items)).toEqual(NOBODY));

  test("is nobody's where a known id stands in another place", async () => {
    const known = [{ ...message(0, "9120000001"), providerId: "c" }, ...BATCH.slice(1)];
    expect(await idsOf([A, B, C], known)).toEqual(["c", "not_listed", "not_listed"]);
  });

  test("is nobody's where nothing of a number is seen", async () => {
    expect(await idsOf([masked("a", "***********"), masked("b", undefined), C])).toEqual([
      "not_listed",
      "not_listed",
      "c",
    ]);
  });

  test("is nobody's where the place of a message is not known", async () => {
    const { place: _, ...without } = message(0, "9120000001");
    expect(await idsOf([A, B, C], [without, ...BATCH.slice(1)])).toEqual(["not_listed", "b", "c"]);
  });
});
