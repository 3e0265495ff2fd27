import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "@hermod/core/report";
import { testProvider } from "@hermod/testing/provider-suite";
import type { WireRequest } from "@hermod/testing/wire";
import { inDoubt, json, refused } from "../answers.ts";
import { PigeonAccount } from "./config.ts";
import { pigeon } from "./index.ts";

const document = readFileSync(join(import.meta.dirname, "pigeon.md"), "utf8");
const column = (pattern: RegExp) => [...document.matchAll(pattern)].map(([, code = ""]) => code);
const idOf = (n: number) => `p-${n.toString(16).padStart(8, "0")}`;
const numberOf = (id: string) => Number.parseInt(id.slice(2), 16);
const fields = ({ body }: WireRequest) => JSON.parse(body);

const KINDS = {
  arrived: "delivered",
  lost: "undelivered",
  late: "expired",
  passed: "sent",
  queued: "pending",
} as const;
const WORDS = Object.keys(KINDS) as (keyof typeof KINDS)[];
const wordOf = (n: number) => WORDS[n % WORDS.length] ?? "arrived";
const STATES = column(/^\| `(\w+)` \|/gm);
const messages = (...items: object[]) => ({ messages: items });
const item = (state: string, n = 0) => ({ id: idOf(n), state, parts: 1 });
const report = (kind: Report["kind"], word: string): Report => ({ kind, word, parts: 1 });
const told = (kind: Report["kind"], word: string) =>
  ({ kind: "report", report: report(kind, word) }) as const;

testProvider("Pigeon Post", {
  capabilities: pigeon.capabilities(),
  codes: pigeon.codes,
  open: (account) => pigeon.open(PigeonAccount.parse({ provider: "pigeon", key: "Zauber-wort", ...account })),
  secrets: ["Zauber-wort"],
  message: (n) => ({ to: `+8483610${6872 + n}`, providerId: idOf(n) }),
  send: {
    answer: (request) => json({ id: idOf(Number(fields(request).to.slice(-4)) - 6872), parts: 1 }, 202),
    result: ({ providerId = "" }) => ({ kind: "accepted", providerId, parts: 1 }),
    documented: column(/^\| \d{3} \| `(\w+)` \|/gm),
    codes: [
      { code: "key", answer: json({ error: "key" }, 401), result: refused("account", "credentials", "key") },
      {
        code: "credit",
        answer: json({ error: "credit" }, 402),
        result: refused("account", "balance", "credit"),
      },
      {
        code: "number",
        answer: json({ error: "number" }, 422),
        result: refused("recipient", "number_format", "number"),
      },
      {
        code: "text",
        answer: json({ error: "text" }, 422),
        result: refused("message", "text_too_long", "text"),
      },
    ],
    unknown: ["sender", "constructor"].map((code) => ({
      code,
      answer: json({ error: code }, 422),
      result: inDoubt(`unmapped: ${code}`),
    })),
  },
  status: {
    answer: (request) =>
      json(messages(...fields(request).ids.map((id: string) => item(wordOf(numberOf(id)), numberOf(id))))),
    result: ({ providerId = "" }) => told(KINDS[wordOf(numberOf(providerId))], wordOf(numberOf(providerId))),
    documented: STATES,
    codes: WORDS.map((word) => ({
      code: word,
      answer: json(messages(item(word))),
      result: told(KINDS[word], word),
    })),
    unknown: ["eaten", "constructor"].map((word) => ({
      code: word,
      answer: json(messages(item(word))),
      result: told("unmapped", word),
    })),
  },
  push: {
    body: JSON.stringify(messages(item("arrived", 0), item("lost", 1))),
    reports: [
      { providerId: idOf(0), report: report("delivered", "arrived") },
      { providerId: idOf(1), report: report("undelivered", "lost") },
    ],
    documented: STATES,
    codes: WORDS.map((word) => ({
      code: word,
      body: JSON.stringify(messages(item(word))),
      report: report(KINDS[word], word),
    })),
    unknown: ["eaten"].map((word) => ({
      code: word,
      body: JSON.stringify(messages(item(word))),
      report: report("unmapped", word),
    })),
  },
});
