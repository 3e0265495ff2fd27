import { describe, expect, test } from "vitest";
import { openAnsweringServer } from "../answering-server.ts";
import { CODES } from "./codes.ts";
import { never, openAt, told } from "./test-account.ts";
import { accepted, failed, items, MESSAGE, outcomeOf, perhaps, refused } from "./test-sends.ts";

const HELD =
  "Недостаточно средств для отправки SMS. SMS будет отправлена как только вы пополните счет по данному направлению.";
const TEXTS = CODES.filter(({ call, reason }) => call === "send" && reason !== undefined).map(
  ({ code }) => code,
);

describe("a documented text means the same in every form", () => {
  test.each(TEXTS)("%s", async (text) => {
    const outcome = await outcomeOf(items({ error: text }));
    const forms = [
      items({ error: text, state: "", id_sms: null }),
      items({ state: text }),
      failed(text),
      failed(text, 400),
      failed(text, 503),
      told([{ error: text }], 401),
      items({ error: `\u00a0${text.toUpperCase().replace(/\.$/, "").replaceAll(" ", "  ")}! ` }),
      items({ error: text.normalize("NFD") }),
    ];
    for (const form of forms) expect(await outcomeOf(form)).toEqual(outcome);
  });

  test("ё is е", async () => {
    expect(await outcomeOf(items({ error: "Отправитель не прошёл модерацию" }))).toMatchObject({
      code: "sender_not_approved",
    });
    expect(await outcomeOf(items({ error: "Текст SMS отклонён модератором" }))).toMatchObject({
      code: "moderation",
    });
  });

  test("an account names texts that no document does", async () => {
    await using server = await openAnsweringServer(() => items({ error: "Сервис временно недоступен." }));
    const errorTexts = { "Сервис временно недоступен": { scope: "account", code: "maintenance" } };
    await using provider = openAt(server, { errorTexts });
    const outcomes = await provider.send([MESSAGE], never);
    expect(outcomes.get("m1")).toEqual(refused("account", "maintenance", "Сервис временно недоступен"));
  });

  test("none of them is more than the message's own, except for what every message shares", () => {
    const shared = CODES.filter(({ scope }) => scope === "account").map(({ reason }) => reason);
    expect([...new Set(shared)].sort()).toEqual([
      "balance",
      "credentials",
      "locked",
      "provider_capacity",
      "request_empty",
      "request_format",
      "sender_missing",
      "sender_not_approved",
      "sender_too_long",
      "sender_unknown",
    ]);
  });

  test.each([
    ["already_sent", "Данное сообщение уже было отправлено."],
    ["held_until_top_up", HELD],
  ])("%s with an id is accepted with that id", async (notice, error) => {
    const outcome = { ...accepted("82216"), notice };
    expect(await outcomeOf(items({ error, id_sms: 82216 }))).toEqual(outcome);
    expect(await outcomeOf(told({ error, id_sms: "82216" }))).toEqual(outcome);
  });

  test.each([
    ["an id", { error: "Закончились SMS.", id_sms: 5 }],
    ["the state of success", { error: "Закончились SMS.", state: "send" }],
  ])("a refusal together with %s proves nothing", async (_, item) => {
    expect(await outcomeOf(items(item))).toEqual(perhaps("contradiction"));
  });
});

describe("a text that nobody documented is maybeSent, and kept without anything private", () => {
  test.each([
    ["Сервис временно недоступен", "Сервис временно недоступен"],
    ["Недостаточно средств для отправки SMS.", "Недостаточно средств для отправки SMS."],
    ["lease_ended", "lease_ended"],
    ["code 17", "code 17"],
    ["x".repeat(500), "#"],
    ["слово ".repeat(99), "слово ".repeat(17).slice(0, 100)],
    ["<b>\u0000\u202e\n</b>", "b b"],
    ["\ud83d\ude00", "unreadable"],
  ])("%j", async (error, word) => {
    for (const form of [items({ error }), failed(error), failed(error, 500), items({ state: error })]) {
      expect(await outcomeOf(form)).toEqual(perhaps(`unmapped: ${word}`));
    }
  });
});

test("a text that nobody documented outweighs the state of success where no id came with it", async () => {
  const answer = items({ state: "send", error: "Сервис недоступен" });
  expect(await outcomeOf(answer)).toEqual(perhaps("unmapped: Сервис недоступен"));
});
