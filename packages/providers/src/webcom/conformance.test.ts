import type { Outcome } from "@hermod/core/outcome";
import type { Report } from "@hermod/core/report";
import { testProvider } from "@hermod/testing/provider-suite";
import type { WireRequest } from "@hermod/testing/wire";
import { inDoubt, json, nothing, refused } from "../../test/answers.ts";
import { documented } from "../../test/documents.ts";
import { WebcomAccount } from "./config.ts";
import { webcom } from "./index.ts";

const SHEET = { from: "### 3.1", to: "## 4." };
/** Errors of a whole request, in English and Russian. */
const WHOLE = documented("webcom.md", /^\| ([A-Z][^|]+) \/ ([^|]+) \|/gm, SHEET);
const LISTED = documented("documents/webcom-state.txt", /•\s+(.+)/g, { from: "The error text can take" });
const FAULTS: Readonly<Record<string, string>> = {
  "Incorrect JSON document format": "request_format",
  "Неправильный формат JSON документа": "request_format",
  "Your account is locked": "locked",
  "Ваш аккаунт заблокирован": "locked",
  "Incorrect login or password": "credentials",
  "Неправильный логин или пароль": "credentials",
  "POST data is missing": "request_empty",
  "POST данные отсутствуют": "request_empty",
};
const REFUSALS: readonly (readonly [
  scope: "account" | "recipient" | "message",
  code: string,
  text: string,
])[] = [
  ["account", "provider_capacity", "У нас закончились SMS. Для разрешения проблемы свяжитесь с менеджером."],
  ["account", "balance", "Закончились SMS."],
  ["account", "locked", "Аккаунт заблокирован."],
  ["recipient", "number_missing", "Укажите номер телефона."],
  ["recipient", "stop_list", "Номер телефона присутствует в стоп-листе."],
  ["message", "destination_closed_to_account", "Данное направление закрыто для вас."],
  ["message", "destination_closed", "Данное направление закрыто."],
  ["message", "moderation", "Текст SMS отклонен модератором."],
  ["account", "sender_missing", "Нет отправителя."],
  [
    "account",
    "sender_too_long",
    "Отправитель не должен превышать 15 символов для цифровых номеров и 11 символов для буквенно-числовых.",
  ],
  ["recipient", "number_too_long", "Номер телефона должен быть меньше 15 символов."],
  ["message", "no_text", "Нет текста сообщения."],
  ["message", "no_link", "Нет ссылки."],
  ["account", "sender_unknown", "Такого отправителя Нет."],
  ["account", "sender_not_approved", "Отправитель не прошел модерацию."],
];
/** Errors that refuse nothing. */
const HELD =
  "Недостаточно средств для отправки SMS. SMS будет отправлена как только вы пополните счет по данному направлению.";
const SENT_BEFORE = "Данное сообщение уже было отправлено.";
const REPEATED = "Попытка отправки более одного одинакового запроса в течение минуты";

const item = (error: string) => json({ information: [{ error }] });
const row = (code: string, result: Outcome) => ({ code, answer: item(code), result });

const KINDS = {
  deliver: "delivered",
  not_deliver: "undelivered",
  expired: "expired",
  read: "read",
  partly_deliver: "sent",
  send: "pending",
} as const;
const WORDS = Object.keys(KINDS) as (keyof typeof KINDS)[];
const wordOf = (n: number) => WORDS[n % WORDS.length] ?? "deliver";
const STATES = documented("documents/webcom-state.txt", /^\s*•\s+"(\w+)" - /gm);
const said = (state: string, n = 0) => ({
  id_sms: FIRST_ID + n,
  time_change_state: "2021-04-26 15:15:03",
  state,
  num_parts: 2,
  price: 10.6,
});
const report = (kind: Report["kind"], word: string): Report => ({
  kind,
  word,
  parts: 2,
  cost: "21.2",
  details: { changedAt: "2021-04-26T12:15:03Z", pricePerPart: "10.6" },
});
const pushed = (state: string, n = 0) => ({ id_sms: FIRST_ID + n, time: "2021-04-26 15:15:03", state });
const pushedReport = (kind: Report["kind"], word: string): Report => ({
  kind,
  word,
  details: { changedAt: "2021-04-26T12:15:03Z" },
});

const MONEY = json({
  money: "19023.9",
  currency: "RUR",
  information: [{ type_sms: "sms", area: "Tele2", num_sms: "72029" }],
});

const FIRST_ID = 82_216;
const FIRST_PHONE = 79_000_001_000;
const fields = ({ body }: WireRequest) => JSON.parse(body);
const faults = WHOLE.map((code) => ({
  code,
  answer: json({ error: code }, 400),
  result: nothing(FAULTS[code] ?? ""),
}));

for (const [name, account, secrets] of [
  ["Webcom by login", { login: "kunde", password: "Zauberwort" }, ["Zauberwort"]],
  [
    "Webcom by token, several states in one request",
    { token: "Zauber-wort", statusBatch: 20 },
    ["Zauber-wort"],
  ],
] as const) {
  const parsed = WebcomAccount.parse({
    provider: "webcom",
    baseUrl: "https://my3.webcom.mobi",
    sender: "Hermod",
    ...account,
  });

  testProvider(name, {
    capabilities: webcom.capabilities(parsed),
    codes: webcom.codes,
    open: (settings) => webcom.open({ ...parsed, ...settings }),
    secrets,
    message: (n) => ({ to: `+${FIRST_PHONE + n}`, providerId: String(FIRST_ID + n) }),
    bodyDecides: true,
    send: {
      answer(request) {
        const n = fields(request).message[0].phones[0].phone - FIRST_PHONE;
        return json({ information: [{ state: "send", id_sms: FIRST_ID + n }] });
      },
      result: ({ providerId = "" }) => ({ kind: "accepted", providerId }),
      documented: [
        ...documented("webcom.md", /^\* `state` — `"(\w+)"`/gm, SHEET),
        ...WHOLE,
        ...LISTED,
        ...documented("webcom.md", /^\| \d+ \| ([^|]+) \|/gm, SHEET),
        ...documented("webcom.md", /`error: ([^`]+)`/g, SHEET),
      ],
      codes: [
        {
          code: "send",
          answer: json({ information: [{ state: "send", id_sms: FIRST_ID }] }),
          result: { kind: "accepted", providerId: String(FIRST_ID) },
        },
        ...WHOLE.map((code) => ({
          code,
          answer: json({ error: code }, 400),
          result: refused("account", FAULTS[code] ?? "", code),
        })),
        ...REFUSALS.map(([scope, code, text]) => row(text, refused(scope, code, text))),
        row(HELD, { kind: "accepted", notice: "held_until_top_up" }),
        row(SENT_BEFORE, { kind: "accepted", notice: "already_sent" }),
        row(REPEATED, { kind: "throttled", scope: "message", retryAfterMs: 60_000 }),
      ],
      unknown: ["Сервис временно недоступен", "Queue full", "constructor"].map((text) =>
        row(text, inDoubt(`unmapped: ${text}`)),
      ),
    },
    status: {
      answer: (request) =>
        json(
          fields(request).map(({ id_sms }: { id_sms: number }) =>
            said(wordOf(id_sms - FIRST_ID), id_sms - FIRST_ID),
          ),
        ),
      result({ reference }) {
        const word = wordOf(reference - 1);
        return { kind: "report", report: report(KINDS[word], word) };
      },
      documented: [...STATES, ...WHOLE, ...LISTED],
      codes: [
        ...WORDS.map((word) => ({
          code: word,
          answer: json([said(word)]),
          result: { kind: "report", report: report(KINDS[word], word) } as const,
        })),
        ...faults,
      ],
      unknown: ["delivered", "constructor", "Сообщение не найдено"].map((word) => ({
        code: word,
        answer: json([said(word)]),
        result: { kind: "report", report: report("unmapped", word) },
      })),
    },
    balance: {
      answer: () => MONEY,
      result: () => ({ kind: "balance", amount: "19023.9", currency: "RUR" }),
      documented: WHOLE,
      codes: faults,
    },
    health: {
      answer: () => MONEY,
      result: () => ({ kind: "reachable", facts: { balance: "19023.9", currency: "RUR" } }),
    },
    push: {
      body: JSON.stringify([pushed("deliver", 0), pushed("expired", 1)]),
      reports: [
        { providerId: String(FIRST_ID), report: pushedReport("delivered", "deliver") },
        { providerId: String(FIRST_ID + 1), report: pushedReport("expired", "expired") },
      ],
      documented: STATES,
      codes: WORDS.map((word) => ({
        code: word,
        body: JSON.stringify([pushed(word)]),
        report: pushedReport(KINDS[word], word),
      })),
      unknown: ["delivered", "constructor"].map((word) => ({
        code: word,
        body: JSON.stringify([pushed(word)]),
        report: pushedReport("unmapped", word),
      })),
    },
  });
}
