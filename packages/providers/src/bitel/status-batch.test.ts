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
    ["that is an object", item("a", 1, 1), "not_understood", "not_understood"],
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

  test("that cannot be had leaves all its messages without an answer", async () => {
    const answers = await ask({ status: 500, body: "" }, [ONE, TWO]);
    const nothing = { kind: "unavailable", reason: "http_500" };
    expect([...answers.values()]).toEqual([nothing, nothing]);
  });
});
