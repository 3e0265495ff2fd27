import { describe, expect, test } from "vitest";
import { openAnsweringServer } from "../answering-server.ts";
import { never, openAt, told } from "./test-account.ts";
import { accepted, failed, items, MESSAGE, outcomeOf, perhaps, refused } from "./test-sends.ts";

const MANAGER = "У нас закончились SMS. Для разрешения проблемы свяжитесь с менеджером.";
const HELD =
  "Недостаточно средств для отправки SMS. SMS будет отправлена как только вы пополните счет по данному направлению.";
const TOO_LONG =
  "Отправитель не должен превышать 15 символов для цифровых номеров и 11 символов для буквенно-числовых.";
const GUARDED = "Попытка отправки более одного одинакового запроса в течение минуты";
const DOCUMENTED: readonly (readonly [text: string, scope: string, code: string])[] = [
  ["Incorrect JSON document format", "account", "request_format"],
  ["Неправильный формат JSON документа", "account", "request_format"],
  ["Your account is locked", "account", "locked"],
  ["Ваш аккаунт заблокирован", "account", "locked"],
  ["Incorrect login or password", "account", "credentials"],
  ["Неправильный логин или пароль", "account", "credentials"],
  ["POST data is missing", "account", "request_empty"],
  ["POST данные отсутствуют", "account", "request_empty"],
  [MANAGER, "account", "provider_capacity"],
  ["Закончились SMS.", "account", "balance"],
  ["Аккаунт заблокирован.", "account", "locked"],
  ["Укажите номер телефона.", "recipient", "number_missing"],
  ["Номер телефона присутствует в стоп-листе.", "recipient", "stop_list"],
  ["Данное направление закрыто для вас.", "recipient", "destination_closed_to_account"],
  ["Данное направление закрыто.", "recipient", "destination_closed"],
  [HELD, "taken", "held_until_top_up"],
  ["Текст SMS отклонен модератором.", "message", "moderation"],
  ["Нет отправителя.", "account", "sender_missing"],
  [TOO_LONG, "account", "sender_too_long"],
  ["Номер телефона должен быть меньше 15 символов.", "recipient", "number_too_long"],
  ["Нет текста сообщения.", "message", "no_text"],
  ["Нет ссылки.", "message", "no_link"],
  ["Такого отправителя Нет.", "account", "sender_unknown"],
  ["Отправитель не прошел модерацию.", "account", "sender_not_approved"],
  ["Данное сообщение уже было отправлено.", "taken", "already_sent"],
  [GUARDED, "repeated", ""],
];

/** The one outcome of a documented text. */
function outcomeFor(text: string, scope: string, code: string): object {
  if (scope === "taken") return { kind: "accepted", notice: code };
  if (scope === "repeated") return { kind: "throttled", scope: "message", retryAfterMs: 60_000 };
  return refused(scope, code, text);
}

describe("every documented text has exactly one outcome", () => {
  test.each(DOCUMENTED)("%s", async (text, scope, code) => {
    const outcome = outcomeFor(text, scope, code);
    const forms = [
      items({ error: text }),
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
    const shared = DOCUMENTED.filter(([, scope]) => scope === "account").map(([, , code]) => code);
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
