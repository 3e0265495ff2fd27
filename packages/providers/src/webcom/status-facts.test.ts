import { describe, expect, test } from "vitest";
import { told } from "./test-account.ts";
import { answerTo, ask, item, json, report } from "./test-checks.ts";

describe("every documented state has exactly one meaning", () => {
  test.each([
    ["send", "pending"],
    ["not_deliver", "undelivered"],
    ["expired", "expired"],
    ["deliver", "delivered"],
    ["read", "read"],
    ["partly_deliver", "sent"],
  ] as const)("%s", async (state, kind) => {
    for (const told_ of [state, ` ${state.toUpperCase()} `]) {
      expect(await answerTo(told([item({ state: told_ })]))).toEqual(report({ kind, word: state }));
    }
  });

  test.each([
    ["delivered", "delivered"],
    ["constructor", "constructor"],
    ["Сообщение с таким ID не принималось", "Сообщение с таким ID не принималось"],
    ["no SMS for +7 (900) 000-00-01", "no SMS for #"],
    ["7 900 000 00 01", "#"],
    ["code 482913", "code #"],
    ["K7Q9X2 kunde hunter2", "#"],
  ])("%j, which is none, is unmapped and kept without numbers", async (state, word) => {
    expect(await answerTo(told([item({ state })]))).toEqual(report({ kind: "unmapped", word }));
  });

  test("an element's error in place of a state is unmapped", async () => {
    const answer = told([item({ error: "Нет такого сообщения" })]);
    expect(await answerTo(answer)).toEqual(report({ kind: "unmapped", word: "Нет такого сообщения" }));
  });
});

describe("the facts of a message", () => {
  const example =
    '[{"id_sms":82216,"time_change_state":"2021-04-26 15:15:03","state":"deliver","num_parts":1,"price":10.6000000}]';

  test("are those of the documented example, its price as it is written", async () => {
    const details = { changedAt: "2021-04-26T12:15:03Z", pricePerPart: "10.6000000" };
    expect(await answerTo(json(example))).toEqual(
      report({ kind: "delivered", word: "deliver", parts: 1, cost: "10.6000000", details }),
    );
  });

  test("may all be texts", async () => {
    const texts = example
      .replace("82216", '"82216"')
      .replace(":1,", ':"1",')
      .replace("10.6000000", '"10.6000000"');
    expect(await answerTo(json(texts))).toEqual(await answerTo(json(example)));
  });

  test.each([
    ["10.6000000", 3, "31.8000000"],
    ["0.1", 3, "0.3"],
    ["0.0000001", 2, "0.0000002"],
    ["1.005", 100, "100.500"],
    ["3", 2, "6"],
    ["0", 2, "0"],
    ["9999999.999999999999", 9999, "99989999999.999999990001"],
  ])("a price of %s for each of %d parts costs exactly %s", async (price, parts, cost) => {
    const body = `[{"id_sms":82216,"state":"deliver","num_parts":${parts},"price":${price}}]`;
    expect(await answerTo(json(body))).toMatchObject({ report: { parts, cost } });
  });

  test("a price without parts is no cost", async () => {
    const answer = told([item({ state: "deliver", price: "2.5" })]);
    expect(await answerTo(answer)).toEqual(
      report({ kind: "delivered", word: "deliver", details: { pricePerPart: "2.5" } }),
    );
  });

  test.each([
    { num_parts: 0 },
    { num_parts: -1 },
    { num_parts: 1.5 },
    { num_parts: "two" },
    { num_parts: {} },
    { price: "-1" },
    { price: "10,6" },
    { price: 1e300 },
    { price: [] },
    { time_change_state: "2021-02-30 00:00:00" },
    { time_change_state: "yesterday" },
    { time_change_state: 0 },
  ])("%j is left out", async (fact) => {
    expect(await answerTo(told([item({ state: "deliver", ...fact })]))).toEqual(
      report({ kind: "delivered", word: "deliver" }),
    );
  });

  test("a time is read in the account's zone", async () => {
    const { first } = await ask(() => json(example), { timeZone: "Asia/Novosibirsk" });
    expect(first).toMatchObject({ report: { details: { changedAt: "2021-04-26T08:15:03Z" } } });
  });
});
