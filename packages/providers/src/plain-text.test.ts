import { describe, expect, test } from "vitest";
import { isNumberOf, keptWord, PlainText, repeatsSecret, withoutSecrets } from "./plain-text.ts";

describe("a text is kept", () => {
  test.each(["SENT_OK", "-1471", "THÀNH CÔNG", " error 17: queue full ", "x".repeat(64)])(
    "where it is plain: %j",
    (text) => expect(PlainText.parse(text)).toBe(text.trim()),
  );

  test.each([
    "84836106872",
    "+84 836 106 872",
    "7-9-0-0-0-1",
    "٤٨٢٩١٣",
    "pin 482913",
    "a\nb",
    "x".repeat(65),
    "",
    " ",
  ])("unless it could be a number or a password, or is no word: %j", (text) =>
    expect(PlainText.safeParse(text).success).toBe(false),
  );
});

describe("a word is kept", () => {
  test.each(["credit", "NoCredit", "code 17"])("where nothing of it is ours: %s", (word) => {
    expect(keptWord(word, ["Your pin, Nguyen", "Zauberwort"])).toBe(word);
  });

  test.each(["nguyen", "Your pin", "key ZAUBERWORT refused", 17, undefined, { toString: "x" }])(
    "unless it is a part of what we sent, or no text: %j",
    (word) => expect(keptWord(word, ["Your pin, Nguyen", "Zauberwort"])).toBeUndefined(),
  );
});

describe("an id", () => {
  test.each([
    "84836106872",
    "+84836106872",
    "0084836106872",
    "0836106872",
    "836 106-872",
    "(84) 836.106.872",
  ])("that is the number is none: %s", (id) => expect(isNumberOf("+84836106872", id)).toBe(true));

  test.each(["106872", "6872", "184836106872", "84836106872-1", "ICOMNI-84836106872", "", "84836106873"])(
    "that is more or less than the number may be one: %s",
    (id) => expect(isNumberOf("+84836106872", id)).toBe(false),
  );
});

describe("a secret", () => {
  test.each([
    ["it: hunter2!", "hunter2", true],
    ["p", "p", true],
    [" p ", "p", true],
    ["SUCCESS, delivered p", "p", false],
    ["", "hunter2", false],
  ])("in %j is found: %s", (text, secret, isThere) => expect(repeatsSecret(text, secret)).toBe(isThere));

  test("leaves the other fields", () => {
    const fields = { status: "bad hunter2", n: 1, list: ["hunter2"], word: "fine", nothing: null };
    expect(withoutSecrets(fields, ["hunter2"])).toEqual({
      n: 1,
      list: ["hunter2"],
      word: "fine",
      nothing: null,
    });
  });
});
