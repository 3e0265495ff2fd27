import type { Outcome, RefusalScope } from "@hermod/core/outcome";
import type { Report } from "@hermod/core/report";
import { type DocumentedCode, statusCodes } from "../documented-code.ts";
import type { WebcomAccount } from "./config.ts";

/** What a text of Webcom says about a send request. */
export type Meaning =
  | { readonly kind: "refused"; readonly scope: RefusalScope; readonly code: string }
  /** The provider has the message, from this request or an earlier one, though it speaks of an error. */
  | { readonly kind: "taken"; readonly code: string }
  /** Turned down for now, because the same request came less than a minute ago. */
  | { readonly kind: "repeated"; readonly code: string };

/** How long the guard against identical requests lasts. */
const REPEAT_GUARD_MS = 60_000;

/** The answer item's `state` of a message that was taken. */
export const SENT = "send";

const account = (code: string): Meaning => ({ kind: "refused", scope: "account", code });
const recipient = (code: string): Meaning => ({ kind: "refused", scope: "recipient", code });
const message = (code: string): Meaning => ({ kind: "refused", scope: "message", code });

/**
 * Every documented text (docs/providers/webcom.md §3.1; the four in English also in documents/webcom-state.txt), in the
 * languages it is known in: the sister platform's list is Russian only. The sender and the request's form are the account's,
 * the same in each message, so what is wrong with them holds the account instead of ending one message after another.
 */
const TEXTS: readonly (readonly [Meaning, ...(readonly string[])])[] = [
  [account("request_format"), "Incorrect JSON document format", "Неправильный формат JSON документа"],
  [account("locked"), "Your account is locked", "Ваш аккаунт заблокирован"],
  [account("credentials"), "Incorrect login or password", "Неправильный логин или пароль"],
  [account("request_empty"), "POST data is missing", "POST данные отсутствуют"],
  [account("provider_capacity"), "У нас закончились SMS. Для разрешения проблемы свяжитесь с менеджером."],
  [account("balance"), "Закончились SMS."],
  [account("locked"), "Аккаунт заблокирован."],
  [recipient("number_missing"), "Укажите номер телефона."],
  [recipient("stop_list"), "Номер телефона присутствует в стоп-листе."],
  // Of this provider: another one may reach the same number.
  [message("destination_closed_to_account"), "Данное направление закрыто для вас."],
  [message("destination_closed"), "Данное направление закрыто."],
  // Not refused: it goes out with the next top-up, so that any other attempt would be a second message.
  [
    { kind: "taken", code: "held_until_top_up" },
    "Недостаточно средств для отправки SMS. SMS будет отправлена как только вы пополните счет по данному направлению.",
  ],
  [message("moderation"), "Текст SMS отклонен модератором."],
  [account("sender_missing"), "Нет отправителя."],
  [
    account("sender_too_long"),
    "Отправитель не должен превышать 15 символов для цифровых номеров и 11 символов для буквенно-числовых.",
  ],
  [recipient("number_too_long"), "Номер телефона должен быть меньше 15 символов."],
  [message("no_text"), "Нет текста сообщения."],
  [message("no_link"), "Нет ссылки."],
  [account("sender_unknown"), "Такого отправителя Нет."],
  [account("sender_not_approved"), "Отправитель не прошел модерацию."],
  [{ kind: "taken", code: "already_sent" }, "Данное сообщение уже было отправлено."],
  [
    { kind: "repeated", code: "repeated" },
    "Попытка отправки более одного одинакового запроса в течение минуты",
  ],
];

const KNOWN: ReadonlyMap<string, KnownText> = new Map(
  TEXTS.flatMap(([meaning, ...texts]) => texts.map((text) => [normalise(text), { meaning, text }] as const)),
);

/** A text that is known, as it is written in a table, and its meaning. */
export interface KnownText {
  readonly meaning: Meaning;
  readonly text: string;
}

/** The documented text, or the account's own, that a provider's text is; undefined for any other. */
export function readText(
  said: string,
  { errorTexts }: Pick<WebcomAccount, "errorTexts">,
): KnownText | undefined {
  if (said.length > 300) return undefined;
  const letters = normalise(said);
  const [text, refusal] = Object.entries(errorTexts).find(([own]) => normalise(own) === letters) ?? [];
  if (text === undefined || refusal === undefined) return KNOWN.get(letters);
  return { meaning: { kind: "refused", ...refusal }, text };
}

/** The outcome of a documented text; `id` is the id that came with it. */
export function outcomeOf({ meaning, text }: KnownText, id: string | undefined): Outcome {
  switch (meaning.kind) {
    case "refused":
      return { kind: "rejected", scope: meaning.scope, code: meaning.code, providerCode: text };
    case "taken":
      // A message that waits for money is somebody's to know, and so is one that Webcom says it had before.
      return { kind: "accepted", ...(id === undefined ? {} : { providerId: id }), notice: meaning.code };
    case "repeated":
      return { kind: "throttled", retryAfterMs: REPEAT_GUARD_MS, scope: "message" };
    default:
      return meaning satisfies never;
  }
}

/**
 * Every documented state (documents/webcom-state.txt; docs/providers/webcom.md §5). `partly_deliver` is no part of a
 * delivery: the message went out and nothing more is known, nor may ever be.
 */
export const STATES: ReadonlyMap<string, Report["kind"]> = new Map([
  [SENT, "pending"],
  ["partly_deliver", "sent"],
  ["deliver", "delivered"],
  ["read", "read"],
  ["not_deliver", "undelivered"],
  ["expired", "expired"],
]);

/** All of them, as data. */
export const CODES: readonly DocumentedCode[] = [
  { call: "send", code: SENT, meaning: "accepted" },
  ...TEXTS.flatMap(([meaning, ...texts]) => texts.map((code) => textCode(code, meaning))),
  ...statusCodes(STATES),
];

function textCode(code: string, meaning: Meaning): DocumentedCode {
  const { kind } = outcomeOf({ meaning, text: code }, undefined);
  const scope = meaning.kind === "refused" ? { scope: meaning.scope } : {};
  return { call: "send", code, meaning: kind, ...scope, reason: meaning.code };
}

/** Texts are the same when their letters and digits are: case, blanks, punctuation and the dots of ё differ by copy. */
function normalise(text: string): string {
  const letters = text.normalize("NFKC").toLowerCase().replaceAll("ё", "е");
  return letters.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}
