import { describe, expect, test } from "vitest";
import { readText } from "./codes.ts";

const known = (text: string) => readText(text, { errorTexts: {} });

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
