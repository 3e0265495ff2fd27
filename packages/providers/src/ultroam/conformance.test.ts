import type { Report } from "@hermod/core/report";
import { testProvider } from "@hermod/testing/provider-suite";
import type { WireAnswer, WireRequest } from "@hermod/testing/wire";
import { expect, test } from "vitest";
import { inDoubt, json, nothing, refused } from "../../test/answers.ts";
import { documented } from "../../test/documents.ts";
import { UltroamAccount } from "./config.ts";
import { ultroam } from "./index.ts";

const SEND = "/api/send_sms";
const RESULTS = "/api/query_sms_result";
const QUEUE = "/api/query_sms_in_queue";
const PORTS = "/api/get_port_info?info_type=reg";
const at = (own: string) => ({ isOwn: ({ path }: Pick<WireRequest, "path">) => path === own });
const QUERY_DOCUMENT = "documents/ultroam-query-sms-result.txt";

const FIRST = 6872;
const reply = (error_code: number, more: object = {}) => json({ error_code, sn: "db00-0001", ...more });
const taken = (code: number) => reply(code, { sms_in_queue: 2, task_id: 3 });
const accepted = { kind: "accepted", providerId: "1", batchId: "3" } as const;
const SEND_SHEET = { from: "### 3.1", to: "## 4." };
const http = (...codes: string[]) => codes.filter((code) => code !== "").map((code) => `HTTP ${code}`);

const KINDS = {
  DELIVERED: "delivered",
  FAILED: "undelivered",
  SENT_OK: "sent",
  SENDING: "pending",
  CANCELED: "undelivered",
} as const;
const WORDS = Object.keys(KINDS) as (keyof typeof KINDS)[];
const wordOf = (reference: number) => WORDS[(reference - 1) % WORDS.length] ?? "DELIVERED";
const record = (status: string, reference = 1) => ({
  port: 0,
  user_id: reference,
  number: `8483610${FIRST + reference - 1}`,
  time: "2026-03-01 12:00:02",
  status,
  count: 3,
  succ_count: 0,
  ref_id: 12,
  imsi: "460004642148063",
});
const report = (kind: Report["kind"], word: string): Report => ({
  kind,
  word,
  ...(word === "CANCELED" ? { code: "canceled" } : {}),
  ...(kind === "pending" || kind === "unmapped" ? {} : { parts: 0 }),
  details: { port: "0", count: "3", succCount: "0", refId: "12" },
});
const list = (...result: unknown[]) => reply(200, { result });
const results = ({ body }: WireRequest): WireAnswer => {
  const { user_id = [] } = JSON.parse(body) as { user_id?: number[] };
  return list(...user_id.map((reference) => record(wordOf(reference), reference)));
};
const STATES = [
  ...documented("ultroam.md", /^\| `([A-Z][A-Za-z_]+)`/gm, { from: "## 5.", to: "## 6." }).map((word) =>
    // Printed as `Canceled` for somebody else's adapter; letters do not matter.
    word.toUpperCase(),
  ),
  ...documented(QUERY_DOCUMENT, /which could be (\w+),\s+(\w+), (\w+) and (\w+)/g),
];
const QUERY_CODES = documented(QUERY_DOCUMENT, /(\d{3}): /g);
const failures = ["400", "413", "500"].map((code) => ({
  code,
  answer: reply(Number(code)),
  result: nothing(`error_${code}`),
}));
const pushed = (status: string, reference = 1) =>
  JSON.stringify({ sn: "x", sms_result: [record(status, reference)] });

for (const [name, auth, sendBatch] of [
  ["Ultroam by Basic, several messages in one request", "basic", 3],
  ["Ultroam by Digest", "auto", 1],
] as const) {
  const parsed = UltroamAccount.parse({
    provider: "ultroam",
    baseUrl: "https://10.0.0.5",
    username: "kunde",
    password: "Zauberwort",
    auth,
    sendBatch,
  });

  testProvider(name, {
    capabilities: ultroam.capabilities(parsed),
    codes: ultroam.codes,
    open: (settings) => ultroam.open({ ...parsed, ...settings }),
    secrets: ["Zauberwort", Buffer.from("kunde:Zauberwort").toString("base64")],
    message: (n) => ({ to: `+8483610${FIRST + n}`, providerId: String(n + 1) }),
    admit({ headers }) {
      if (auth === "basic" || headers["authorization"] !== undefined) return undefined;
      const challenge = `Digest realm="Web Server", qop="auth", nonce="${crypto.randomUUID()}", algorithm=MD5`;
      return { status: 401, headers: { "www-authenticate": challenge }, body: "" };
    },
    send: {
      ...at(SEND),
      answer: () => taken(202),
      result: ({ reference }) => ({ ...accepted, providerId: String(reference) }),
      documented: [
        ...documented("ultroam.md", /^\| (\d{3}) \|/gm, SEND_SHEET),
        ...http(...documented("ultroam.md", /^\| HTTP (\d+)(?: \/ (\d+))?/gm, SEND_SHEET)),
      ],
      codes: [
        { code: "202", answer: taken(202), result: accepted },
        { code: "200", answer: taken(200), result: accepted },
        { code: "400", answer: reply(400), result: refused("message", "request_format", "400") },
        { code: "413", answer: reply(413), result: refused("message", "too_large", "413") },
        { code: "500", answer: reply(500), result: inDoubt("error_500") },
        { code: "550", answer: reply(550), result: { kind: "throttled", scope: "account" } },
        {
          code: "HTTP 401",
          answer: { status: 401, body: "Unauthorized" },
          result: refused("account", "credentials", "401"),
        },
        {
          code: "HTTP 403",
          answer: { status: 403, body: "" },
          result: refused("account", "forbidden", "403"),
        },
        {
          code: "HTTP 404",
          answer: { status: 404, body: "Not Found" },
          result: refused("account", "api_unavailable", "404"),
        },
      ],
      unknown: ["201", "486", "999"].map((code) => ({
        code,
        answer: taken(Number(code)),
        result: inDoubt(`error_${code}`),
      })),
    },
    status: {
      ...at(RESULTS),
      answer: results,
      result: ({ reference }) => ({
        kind: "report",
        report: report(KINDS[wordOf(reference)], wordOf(reference)),
      }),
      documented: [...STATES, ...QUERY_CODES],
      codes: [
        ...WORDS.map((word) => ({
          code: word,
          answer: list(record(word)),
          result: { kind: "report", report: report(KINDS[word], word) } as const,
        })),
        { code: "200", answer: list(), result: { kind: "absent" } },
        ...failures,
      ],
      unknown: [
        ...["QUEUED", "constructor", "发送"].map((word) => ({
          code: word,
          answer: list(record(word)),
          result: { kind: "report", report: report("unmapped", word) } as const,
        })),
        { code: "201", answer: reply(201, { result: [record("DELIVERED")] }), result: nothing("error_201") },
      ],
    },
    lookups: {
      "lookup, the results": {
        ...at(RESULTS),
        answer: (request) => (request.path === QUEUE ? reply(200, { in_queue: 0 }) : results(request)),
        result: ({ reference }) => ({
          kind: "found",
          providerId: String(reference),
          report: report(KINDS[wordOf(reference)], wordOf(reference)),
        }),
        documented: QUERY_CODES,
        codes: [{ code: "200", answer: list(), result: { kind: "absent" } }, ...failures],
        unknown: [{ code: "202", answer: reply(202, { result: [] }), result: nothing("error_202") }],
      },
      "lookup, the queue": {
        ...at(QUEUE),
        isShared: true,
        answer: ({ path }) => (path === QUEUE ? reply(200, { in_queue: 0 }) : list()),
        result: () => ({ kind: "absent" }),
        documented: documented("ultroam.md", /`error_code` (\d{3})\/(\d{3}), `in_queue`/g),
        codes: [
          { code: "200", answer: reply(200, { in_queue: 0 }), result: { kind: "absent" } },
          { code: "500", answer: reply(500, { in_queue: 0 }), result: nothing("queue_error_500") },
        ],
        unknown: [{ code: "202", answer: reply(202, { in_queue: 0 }), result: nothing("queue_error_202") }],
      },
    },
    health: {
      ...at(PORTS),
      // The queue would tell by itself that the box is there.
      answer: ({ path }) =>
        path === PORTS ? reply(200, { info: [{ port: 0, reg: "REGISTER_OK" }] }) : { status: 404, body: "" },
      result: () => ({ kind: "reachable", facts: { ports: "1", registered: "1" } }),
    },
    push: {
      body: JSON.stringify({ sn: "x", sms_result: [record("DELIVERED", 1), record("FAILED", 2)] }),
      reports: [1, 2].map((reference) => ({
        providerId: String(reference),
        reference,
        to: `+8483610${FIRST + reference - 1}`,
        report: report(KINDS[wordOf(reference)], wordOf(reference)),
      })),
      documented: STATES,
      codes: WORDS.map((word) => ({ code: word, body: pushed(word), report: report(KINDS[word], word) })),
      unknown: ["QUEUED", "constructor"].map((word) => ({
        code: word,
        body: pushed(word),
        report: report("unmapped", word),
      })),
    },
  });
}

test("the codes of a delivery that are told as data are those of the sheet", () => {
  const ranges = documented("ultroam.md", /^\| (\d+(?:–\d+)?) \|/gm, { from: "## 6.", to: "## 7." });
  const details = ultroam.codes.filter(({ meaning }) => meaning === "detail");
  expect(details.map(({ code }) => code)).toEqual(ranges.map((range) => range.replace("–", "-")));
});
