import type { Outcome } from "@hermod/core/outcome";
import type { Report } from "@hermod/core/report";
import { testProvider } from "@hermod/testing/provider-suite";
import type { WireAnswer, WireRequest } from "@hermod/testing/wire";
import { json, nothing, refused } from "../../test/answers.ts";
import { documented } from "../../test/documents.ts";
import { BitelAccount } from "./config.ts";
import { bitel } from "./index.ts";

const envelope = (result: unknown) => json({ result, error: null });
const error = (code: string, status = 400) => json({ result: null, error: code }, status);
const ID = "7123c2cec14c43ac944553f15f3aab";
const idOf = (n: number) => ID + String(n).padStart(2, "0");
const FIRST = 1000;
const BATCH = 5;

const ERRORS = { from: "### Errors", to: "## 3." };
const REFUSED = [
  ...documented("bitel.md", /^\| (?:400-class )?`([A-Z]\w+)` \|/gm, ERRORS),
  ...documented("bitel.md", /^\| (\d{3}) \|/gm, ERRORS).map((status) => `HTTP ${status}`),
];
const refusals = [
  {
    code: "InvalidRequest",
    answer: error("InvalidRequest"),
    result: refused("message", "invalid_request", "InvalidRequest"),
  },
  {
    code: "InvalidGateway",
    answer: error("InvalidGateway"),
    result: refused("account", "gateway", "InvalidGateway"),
  },
  {
    code: "InvalidPhoneNumber",
    answer: error("InvalidPhoneNumber"),
    result: refused("recipient", "number_format", "InvalidPhoneNumber"),
  },
  { code: "HTTP 401", answer: { status: 401, body: "" }, result: refused("account", "credentials", "401") },
];
const unknownErrors = [
  ...["NoCredit", "constructor"].map((code) => ({
    code,
    answer: error(code),
    result: refused("message", "undocumented", code),
  })),
  { code: "Blocked", answer: error("Blocked", 403), result: refused("account", "forbidden", "Blocked") },
  { code: "NotFound", answer: error("NotFound", 404), result: refused("account", "not_found", "NotFound") },
];

const KINDS = {
  DELIVERED: [1, "delivered"],
  BLACKLIST: [5, "undelivered"],
  WAITING: [0, "pending"],
  CHECK_OK: [2, "sent"],
  DELIVERY_FAILED: [4, "pending"],
  ERROR: [9, "undelivered"],
  CHECK_ERROR: [10, "undelivered"],
} as const;
const FAILURES = ["BLACKLIST", "DELIVERY_FAILED", "ERROR", "CHECK_ERROR"];
const WORDS = Object.keys(KINDS) as (keyof typeof KINDS)[];
const wordOf = (n: number) => WORDS[n % WORDS.length] ?? "DELIVERED";
const STATES = [
  ...documented("documents/bitel-sms-detail.txt", /^([A-Z_]+\n\n\d+)$/gm),
  ...documented("bitel.md", /^\| `([A-Z_]+` \| \d+) \|/gm),
].map((printed) => {
  const [, word = "", number = ""] = /^(\w+)\W+(\d+)$/.exec(printed) ?? [];
  return `${number} ${word}`;
});
function report(kind: Report["kind"], word: string, text = word): Report {
  return {
    kind,
    word,
    ...(FAILURES.includes(text) ? { code: text } : {}),
    ...(text === "DELIVERY_FAILED" ? { tentative: "undelivered" } : {}),
    parts: 2,
    cost: "150",
    details: { deliveryStatus: text },
  };
}

/** A message as the detail of v1 prints it, with the fields that its table has beside the example's. */
const detail = (n: number, status: object) => ({
  id: idOf(n),
  message: "Hi there",
  phoneNumber: `0912000${FIRST + n}`,
  requestDate: 1542434545,
  result: "ok",
  smsCount: 2,
  balanceSubtracted: 150,
  ...status,
});
const full = (n: number) => detail(n, { deliveryStatus: wordOf(n), deliveryStatusCode: KINDS[wordOf(n)][0] });
const resultOf = ({ id }: { readonly id: string }) => {
  const word = wordOf(Number(id.slice(1)));
  const [number, kind] = KINDS[word];
  return { kind: "report", report: report(kind, String(number), word) } as const;
};

/** Each status by its word, by its number, and by both. */
const byForm = WORDS.flatMap((word) => {
  const [number, kind] = KINDS[word];
  const code = `${number} ${word}`;
  return [
    { code, status: { deliveryStatus: word }, report: report(kind, word) },
    { code, status: { deliveryStatusCode: number }, report: report(kind, String(number), word) },
    {
      code,
      status: { deliveryStatus: word, deliveryStatusCode: number },
      report: report(kind, String(number), word),
    },
  ];
});

/** `more` is what a report tells beside them. */
function statusesIn(listed: (item: object) => WireAnswer, more: Partial<Report> = {}) {
  return {
    documented: [...STATES, "HTTP 401"],
    codes: [
      ...byForm.map(({ code, status, report }) => ({
        code,
        answer: listed(detail(0, status)),
        result: { kind: "report", report: { ...report, ...more } } as const,
      })),
      { code: "HTTP 401", answer: { status: 401, body: "" }, result: nothing("credentials") },
    ],
    unknown: ["EXPIRED", "constructor", "3", "رسیده"].map((code) => ({
      code,
      answer: listed(detail(0, { deliveryStatus: code })),
      result: { kind: "report", report: { ...report("unmapped", code), ...more } } as const,
    })),
  };
}

const pushed = (deliveryStatus: string | number) =>
  JSON.stringify({
    requestId: idOf(0),
    balanceSubtracted: 150,
    cause: "",
    smsCount: 2,
    requestDate: 1542434545,
    deliveryStatus,
  });
const push = {
  body: pushed("DELIVERED"),
  reports: [{ providerId: idOf(0), report: report("delivered", "DELIVERED") }],
  documented: STATES,
  codes: byForm
    .filter(({ status }) => Object.keys(status).length === 1)
    .map(({ code, status, report }) => ({ code, body: pushed(Object.values(status)[0] ?? ""), report })),
  unknown: ["EXPIRED", "3"].map((word) => ({
    code: word,
    body: pushed(word),
    report: report("unmapped", word),
  })),
};

const parse = (account: object) =>
  BitelAccount.parse({
    provider: "bitel",
    baseUrl: "https://api.bitel.rest",
    token: "eyJ.Zauberwort",
    ...account,
  });
const base = (account: BitelAccount) => ({
  capabilities: bitel.capabilities(account),
  codes: bitel.codes,
  open: (settings: Partial<BitelAccount>) => bitel.open({ ...account, ...settings }),
  secrets: ["eyJ.Zauberwort"],
  health: {
    isLenient: true,
    answer: () => error("NotFound", 404),
    result: () => ({ kind: "reachable" }),
  } as const,
  push,
});
const numbers = ({ body }: WireRequest): number[] => {
  const { phoneNumber, phoneNumbers = [phoneNumber] } = JSON.parse(body);
  return phoneNumbers.map((number: string) => Number(number.slice(-4)) - FIRST);
};
const to = (n: number) => `+98912000${FIRST + n}`;
const lastOf = ({ path }: WireRequest) => path.split("/").at(-1) ?? "";
const one = (request: WireRequest) => envelope(full(Number(lastOf(request).slice(ID.length))));

testProvider("Bitel v1", {
  ...base(parse({})),
  message: (n) => ({ to: to(n), providerId: idOf(n) }),
  send: {
    answer: (request) => envelope({ requestId: idOf(numbers(request)[0] ?? 0) }),
    result: ({ providerId = "" }) => ({ kind: "accepted", providerId }),
    documented: REFUSED,
    codes: refusals,
    unknown: unknownErrors,
  },
  status: { answer: one, result: resultOf, ...statusesIn(envelope) },
});

testProvider("Bitel v1, several messages in one request", {
  ...base(parse({ sendBatch: BATCH })),
  message: (n) => ({ to: to(n), batchId: `B${Math.floor(n / BATCH)}` }),
  send: {
    answer(request) {
      const batchId = `B${Math.floor((numbers(request)[0] ?? 0) / BATCH)}`;
      return envelope(request.path === "/sms/single" ? { batchId } : batchId);
    },
    result({ id, batchId = "" }, all) {
      const index = all.findIndex((message) => message.id === id);
      const first = index - (index % BATCH);
      const of = Math.min(BATCH, all.length - first);
      return { kind: "accepted", batchId, ...(of === 1 ? {} : { place: [index - first, of] as const }) };
    },
    codes: refusals,
    unknown: unknownErrors,
  },
  status: {
    answer(request) {
      const first = Number(lastOf(request).slice(1)) * BATCH;
      return envelope(Array.from({ length: BATCH }, (_, n) => full(first + n)));
    },
    // Such an answer is the first to tell an id.
    result(message) {
      const { report } = resultOf(message);
      return { kind: "report", report: { ...report, providerId: idOf(Number(message.id.slice(1))) } };
    },
    ...statusesIn((item) => envelope([item]), { providerId: idOf(0) }),
  },
});

const taken = (n: number): Outcome => ({ kind: "accepted", providerId: idOf(n), parts: 2 });

testProvider("Bitel v2, several messages in one request", {
  ...base(parse({ apiVersion: "v2", sendBatch: BATCH })),
  message: (n) => ({ to: to(n), providerId: idOf(n) }),
  send: {
    answer(request) {
      const items = numbers(request).map((n) => ({
        id: idOf(n),
        gatewayNumber: "5000",
        phoneNumber: `0912000${FIRST + n}`,
        message: "Hi there",
        requestDate: 1542434545,
        status: 0,
        statusText: "Waiting",
        partCount: 2,
        price: 0.0,
      }));
      return envelope(request.path === "/sms/single" ? items[0] : items);
    },
    result: ({ id }) => taken(Number(id.slice(1))),
    codes: refusals,
    unknown: unknownErrors,
  },
  status: { answer: one, result: resultOf, ...statusesIn(envelope) },
});
