import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CODES, readText, STATES, TEXTS } from "./codes.ts";

const docs = join(import.meta.dirname, "../../../../docs/providers");
const sheet = readFileSync(join(docs, "webcom.md"), "utf8");
const document = readFileSync(join(docs, "documents/webcom-state.txt"), "utf8");

const known = (text: string) => readText(text, { errorTexts: {} });

test("every text of the sheet's tables is in ours, and ours has no other", () => {
  const section = sheet.slice(sheet.indexOf("### 3.1"), sheet.indexOf("## 4."));
  const whole = [...section.matchAll(/^\| ([A-Z][^|]+) \/ ([^|]+) \|/gm)].flatMap(([, en, ru]) => [en, ru]);
  const listed = [...section.matchAll(/^\| \d+ \| ([^|]+) \|/gm)].map(([, text]) => text);
  const guard = /`error: ([^`]+)`/.exec(section)?.[1];
  const texts = [...whole, ...listed, guard].map((text = "") => text.trim());
  expect(texts).toHaveLength(8 + 17 + 1);
  expect(TEXTS.flatMap(([, ...ours]) => ours).sort()).toEqual(texts.sort());
  for (const text of texts) expect(known(text)?.text).toBe(text);
});

test("every error of the document is known", () => {
  const listed = document.slice(document.indexOf("The error text can take")).matchAll(/•\s+(.+)/g);
  const errors = [...listed].map(([, text = ""]) => text.trim());
  expect(errors).toHaveLength(4);
  for (const error of errors) expect(known(error), error).toBeDefined();
});

test("every state of the document has a meaning, and no other has one", () => {
  const states = [...document.matchAll(/^\s*•\s+"(\w+)" - /gm)].map(([, state]) => state);
  expect([...STATES.keys()].sort()).toEqual(states.sort());
});

test("all texts and states are told as data, with what they are taken for", () => {
  const texts = TEXTS.flatMap(([, ...same]) => same);
  expect(CODES.map(({ code }) => code).sort()).toEqual(["send", ...texts, ...STATES.keys()].sort());
  expect(CODES).toContainEqual({
    ...{ call: "send", code: "Закончились SMS.", meaning: "rejected", scope: "account", reason: "balance" },
  });
  expect(CODES).toContainEqual({
    ...{ call: "send", code: "Данное сообщение уже было отправлено.", meaning: "accepted" },
    reason: "already_sent",
  });
  expect(CODES).toContainEqual({ call: "status", code: "partly_deliver", meaning: "sent" });
});

test("two texts that differ in more than writing are not the same", () => {
  expect(known("Данное направление закрыто")?.meaning).not.toEqual(
    known("Данное направление закрыто для вас")?.meaning,
  );
  expect(known("Закончились SMS. Закончились SMS.")).toBeUndefined();
  expect(known("")).toBeUndefined();
  expect(known("...")).toBeUndefined();
});

describe("a text of the account's own", () => {
  const errorTexts = {
    "Сервис временно недоступен": { scope: "account", code: "maintenance" },
    "Аккаунт заблокирован": { scope: "account", code: "suspended" },
  } as const;

  test("is read as it says, however it is written", () => {
    expect(readText(" СЕРВИС временно  недоступен! ", { errorTexts })).toEqual({
      meaning: { kind: "refused", scope: "account", code: "maintenance" },
      text: "Сервис временно недоступен",
    });
  });

  test("goes before a documented one", () => {
    expect(readText("Аккаунт заблокирован.", { errorTexts })?.meaning).toMatchObject({ code: "suspended" });
  });

  test("leaves the others as they are", () => {
    expect(readText("Закончились SMS.", { errorTexts })).toEqual(known("Закончились SMS."));
  });
});
