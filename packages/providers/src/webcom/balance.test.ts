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

describe("the account's health", () => {
  const health = async (answer: CannedAnswer) => {
    await using server = await openAnsweringServer(() => answer);
    await using provider = openAt(server);
    return provider.health?.(never);
  };
  const reachable = (balance: string) => ({ kind: "reachable", facts: { balance, currency: "RUR" } });
  const empty = { kind: "balance", reason: "balance" };
  const answer = (amount: string, ...information: unknown[]) =>
    told({ money: amount, currency: "RUR", information });
  const [none, some] = [{ num_sms: "0" }, { num_sms: "7" }];

  test.each<[string, CannedAnswer, object]>([
    ["there is money", answer("19023.9", some), reachable("19023.9")],
    ["there is money, and nothing is said of directions", answer("0.1"), reachable("0.1")],
    ["there is debt, and messages can go", answer("-5.5", none, some), reachable("-5.5")],
    ["there is none, and one direction is unlimited", answer("0", none, { sms: "Безлимит" }), reachable("0")],
    ["directions cannot be read", answer("7", null), reachable("7")],
    ["there is no money", answer("0"), empty],
    ["there is debt", answer("-5.5"), empty],
    ["money suffices for nothing", answer("0.3", none, { sms: 0 }), empty],
    ["it says so", told({ error: "Закончились SMS." }), empty],
    [
      "the login is wrong",
      told({ error: "Incorrect login or password" }, 400),
      { kind: "credentials", reason: "credentials" },
    ],
    ["the door is shut", { status: 401, body: "" }, { kind: "credentials", reason: "http_401" }],
    ["it is locked", told({ error: "Ваш аккаунт заблокирован" }), { kind: "locked", reason: "locked" }],
    ["it says something else", told({ error: "нет" }), nothing("unmapped: нет")],
    ["the form is wrong", told({ error: "POST data is missing" }), nothing("request_empty")],
    ["it fails", { status: 500, body: "" }, nothing("http_500")],
    [
      "it asks for rest",
      { status: 429, headers: { "retry-after": "3" }, body: "" },
      { ...nothing("http_429"), retryAfterMs: 3000 },
    ],
    ["it fails with words of its own", told({ error: "нет" }, 503), nothing("http_503")],
  ])("is told where %s", async (_, told, expected) => expect(await health(told)).toEqual(expected));
});
