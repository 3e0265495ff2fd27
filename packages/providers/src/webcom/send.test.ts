import { inspect } from "node:util";
import type { Outcome } from "@hermod/core/outcome";
import { describe, expect, test } from "vitest";
import { type CannedAnswer, openAnsweringServer } from "../answering-server.ts";
import { never, openAt, told } from "./test-account.ts";
import { accepted, items, MESSAGE, outcomeOf, perhaps } from "./test-sends.ts";

describe("a message that was taken", () => {
  test.each<[string, CannedAnswer, Outcome]>([
    ["as documented", items({ state: "send", id_sms: 82216 }), accepted("82216")],
    ["with its id as text", items({ state: "send", id_sms: " 82216 " }), accepted("82216")],
    [
      "with an id no double holds",
      { status: 200, body: '{"information":[{"state":"send","id_sms":12345678901234567890}]}' },
      accepted("12345678901234567890"),
    ],
    ["in other letters", items({ state: " Send ", id_sms: 5 }), accepted("5")],
    ["with an empty error", items({ state: "send", id_sms: 5, error: "" }), accepted("5")],
    ["with further fields", items({ state: "send", id_sms: 5, num_parts: 2, x: {} }), accepted("5")],
    ["in an array", told([{ information: [{ state: "send", id_sms: 5 }] }]), accepted("5")],
    ["without an array", told({ information: { state: "send", id_sms: 5 } }), accepted("5")],
    ["under HTTP 400", told({ information: [{ state: "send", id_sms: 5 }] }, 400), accepted("5")],
    ["under HTTP 500", told({ information: [{ state: "send", id_sms: 5 }] }, 500), accepted("5")],
    ["before, and is now delivered", items({ state: "deliver", id_sms: 5 }), accepted("5")],
    ["with nothing but an id", items({ id_sms: 5 }), accepted("5")],
    ["with its id and words nobody documented", items({ error: "Duplicate", id_sms: 5 }), accepted("5")],
    ["without an id", items({ state: "send" }), accepted()],
    ["with null as id", items({ state: "send", id_sms: null }), accepted()],
    ["with 0 as id", items({ state: "send", id_sms: 0 }), accepted()],
    ["with an object as id", items({ state: "send", id_sms: { id: 5 } }), accepted()],
    ["with a fraction as id", items({ state: "send", id_sms: 5.5 }), accepted()],
    ["with an endless id", items({ state: "send", id_sms: "9".repeat(21) }), accepted()],
  ])("%s is accepted", async (_, answer, outcome) => expect(await outcomeOf(answer)).toEqual(outcome));
});

describe("an answer that proves nothing is maybeSent", () => {
  const ok = (body: string | Buffer): CannedAnswer => ({ status: 200, body });
  test.each<[string, CannedAnswer, string]>([
    ["401", { status: 401, body: "Unauthorized" }, "http_401"],
    ["404", { status: 404, body: "<html>" }, "http_404"],
    ["400 without a word", told({}, 400), "http_400"],
    [
      "windows-1251",
      ok(Buffer.from([...Buffer.from('{"error":"'), 0xc7, 0xe0, 0x22, 0x7d])),
      "not_understood",
    ],
    ["a text", ok('"send"'), "not_understood"],
    ["no items", items(), "not_understood"],
    ["an empty item", items({}), "not_understood"],
    ["a bare item", told({ state: "send", id_sms: 5 }), "not_understood"],
    [
      "two items for one recipient",
      items({ state: "send", id_sms: 1 }, { error: "Нет ссылки." }),
      "not_understood",
    ],
    ["two answers", told([{ information: [{ state: "send" }] }, { error: "x" }]), "not_understood"],
    [
      "an error beside information",
      told({ error: "Закончились SMS.", information: [{ state: "send", id_sms: 1 }] }),
      "not_understood",
    ],
    ["an error that is no text", items({ error: { text: "Закончились SMS." } }), "not_understood"],
    ["a state that is no text", items({ state: ["send"], id_sms: 5 }), "not_understood"],
  ])("%s", async (_, answer, evidence) => expect(await outcomeOf(answer)).toEqual(perhaps(evidence)));
});

test.each([[[]], [null]])(
  "a documented error beside the information %j is an error alone",
  async (information) => {
    const answer = told({ error: "Incorrect login or password", information }, 400);
    expect(await outcomeOf(answer)).toMatchObject({
      kind: "rejected",
      scope: "account",
      code: "credentials",
    });
  },
);

describe("429", () => {
  test("says less than a body that is understood", async () => {
    const answer = told({ information: [{ state: "send", id_sms: 5 }] }, 429);
    expect(await outcomeOf(answer)).toEqual(accepted("5"));
  });
});

test("a provider that echoes everything everywhere leaves no trace of it", async () => {
  const content = { text: "Ваш код: QWXZ и 482913, Иван Nguyen" };
  const hidden = ["hunter2", "kunde", "79000000001", "900", "482913", "QWXZ", "Иван", "Nguyen"];
  const spaced = "+7 (900) 000-00-01, 482-913, иван, QwxZ!";
  for (const status of [200, 400, 429, 500]) {
    for (const echo of [(body: string) => body, (body: string) => `Ошибка: ${body}`, () => spaced]) {
      for (const form of [
        (text: string) => ({ error: text }),
        (text: string) => ({ information: [{ error: text }] }),
        (text: string) => ({ information: [{ state: text }] }),
        (text: string) => ({ information: [{ id_sms: text, state: "send", error: text }] }),
      ]) {
        await using server = await openAnsweringServer(({ body }) => ({
          ...told(form(echo(body)), status),
          headers: { "retry-after": "x", "x-echo": encodeURIComponent(body) },
        }));
        await using provider = openAt(server);
        const outcomes = await provider.send([{ ...MESSAGE, content }], never);
        const printed = inspect(outcomes, { depth: 9 }) + JSON.stringify([...outcomes]);
        for (const text of hidden) expect(printed.toLowerCase()).not.toContain(text.toLowerCase());
      }
    }
  }
});
