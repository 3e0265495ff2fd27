import { describe, expect, test } from "vitest";
import { type CannedAnswer, openAnsweringServer } from "../answering-server.ts";
import { never, openAt, told } from "./test-account.ts";

async function ask(answer: CannedAnswer, account: object = {}) {
  await using server = await openAnsweringServer(() => answer);
  await using provider = openAt(server, account);
  const balance = await provider.balance?.(never);
  return { balance, server };
}

const money = (amount: string, currency?: string) => ({
  kind: "balance",
  amount,
  ...(currency === undefined ? {} : { currency }),
});
const nothing = (reason: string) => ({ kind: "unavailable", reason });

test.each([
  [{}, '{"login":"kunde","password":"hunter2"}'],
  [{ token: "s3cret-key" }, '{"token":"s3cret-key"}'],
])("the request is a plain object of credentials: %j", async (account, body) => {
  const { server } = await ask(told({ money: "1" }), account);
  expect(server.requests).toMatchObject([
    {
      method: "POST",
      path: "/json/balance.php",
      headers: { "content-type": "text/json; charset=utf-8" },
      body,
    },
  ]);
});

describe("the account's money", () => {
  const information = [
    { type_sms: "sms", area: "Tele2", num_sms: "72029" },
    { area: "Megafon", sms: "Безлимит" },
  ];
  test.each<[string, CannedAnswer, object]>([
    ["as documented", told({ money: "19023.9", currency: "RUR", information }), money("19023.9", "RUR")],
    ["as a number, as it is written", { status: 200, body: '{"money":19023.90}' }, money("19023.90")],
    ["in debt", told({ money: "-5.5", currency: "RUR" }), money("-5.5", "RUR")],
    [
      "nested, as the sister platform has it",
      told({ money: { value: "7", currency: "RUR" } }),
      money("7", "RUR"),
    ],
    ["in an array", told([{ money: "7", currency: "RUR" }]), money("7", "RUR")],
    ["under HTTP 500", told({ money: "7", currency: "RUR" }, 500), money("7", "RUR")],
    ["in a currency that is none", told({ money: "7", currency: "79000000001" }), money("7")],
  ])("is told %s", async (_, answer, balance) => expect((await ask(answer)).balance).toEqual(balance));

  test.each<[string, CannedAnswer, object]>([
    ["wrong credentials", told({ error: "Incorrect login or password" }, 400), nothing("credentials")],
    ["a locked account", told({ error: "Ваш аккаунт заблокирован" }), nothing("locked")],
    ["a malformed request", told({ error: "Неправильный формат JSON документа" }), nothing("request_format")],
    ["no data", told({ error: "POST data is missing" }), nothing("request_empty")],
    ["other words", told({ error: "kunde hunter2: нет" }), nothing("unmapped: #: нет")],
    ["500", { status: 500, body: "" }, nothing("http_500")],
    ["HTML", { status: 200, body: "<html>" }, nothing("not_understood")],
    ["no money", told({ currency: "RUR" }), nothing("not_understood")],
    ["money that is no amount", told({ money: "1e9" }), nothing("not_understood")],
  ])("is not known after %s", async (_, answer, balance) =>
    expect((await ask(answer)).balance).toEqual(balance),
  );
});
