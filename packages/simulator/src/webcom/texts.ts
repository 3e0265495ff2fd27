/** The language an account's errors come in. */
export type Language = "en" | "ru";

/**
 * What a whole request is refused with (docs/providers/webcom.md §3.1; the English texts stand in
 * documents/webcom-state.txt as well). The last one is the sister platform's and known in Russian only.
 */
export const REQUEST_ERRORS = {
  format: { en: "Incorrect JSON document format", ru: "Неправильный формат JSON документа" },
  locked: { en: "Your account is locked", ru: "Ваш аккаунт заблокирован" },
  credentials: { en: "Incorrect login or password", ru: "Неправильный логин или пароль" },
  noData: { en: "POST data is missing", ru: "POST данные отсутствуют" },
  repeated: {
    en: "Попытка отправки более одного одинакового запроса в течение минуты",
    ru: "Попытка отправки более одного одинакового запроса в течение минуты",
  },
} as const satisfies Record<string, Record<Language, string>>;
export type RequestError = keyof typeof REQUEST_ERRORS;

/**
 * What one message of a request is refused with, in the order of docs/providers/webcom.md §3.1: the sister platform's list,
 * known in Russian only, hence Russian whatever the account's language. `held` refuses nothing: the SMS goes out later.
 */
export const MESSAGE_ERRORS = {
  providerEmpty: "У нас закончились SMS. Для разрешения проблемы свяжитесь с менеджером.",
  accountEmpty: "Закончились SMS.",
  accountBlocked: "Аккаунт заблокирован.",
  noPhone: "Укажите номер телефона.",
  stopList: "Номер телефона присутствует в стоп-листе.",
  closedForYou: "Данное направление закрыто для вас.",
  closed: "Данное направление закрыто.",
  held: "Недостаточно средств для отправки SMS. SMS будет отправлена как только вы пополните счет по данному направлению.",
  moderated: "Текст SMS отклонен модератором.",
  noSender: "Нет отправителя.",
  senderTooLong:
    "Отправитель не должен превышать 15 символов для цифровых номеров и 11 символов для буквенно-числовых.",
  phoneTooLong: "Номер телефона должен быть меньше 15 символов.",
  noText: "Нет текста сообщения.",
  noLink: "Нет ссылки.",
  unknownSender: "Такого отправителя Нет.",
  unapprovedSender: "Отправитель не прошел модерацию.",
  alreadySent: "Данное сообщение уже было отправлено.",
} as const;
export type MessageError = keyof typeof MESSAGE_ERRORS;

/** What stands in place of the state of an id nobody knows, as the sister's cascade document has it (§5, "other text"). */
export const UNKNOWN_ID = "Сообщение с таким ID не принималось";
