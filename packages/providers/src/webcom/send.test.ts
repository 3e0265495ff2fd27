import { inspect } from "node:util";
import type { Outcome } from "@hermod/core/outcome";
import { describe, expect, test } from "vitest";
import { type CannedAnswer, openAnsweringServer } from "../answering-server.ts";
import { never, openAt, told } from "./test-account.ts";
import { accepted, failed, items, MESSAGE, outcomeOf, perhaps } from "./test-sends.ts";

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
  const SUCCESS = '{"information":[{"state":"send","id_sms":1}]}';
  test.each<[string, CannedAnswer, string]>([
    ["500", { status: 500, body: "" }, "http_500"],
    ["302", { status: 302, body: "", headers: { location: "/" } }, "http_302"],
    ["401", { status: 401, body: "Unauthorized" }, "http_401"],
    ["404", { status: 404, body: "<html>" }, "http_404"],
    ["400 without a word", told({}, 400), "http_400"],
    ["204", { status: 204, body: "" }, "not_understood"],
    ["HTML", ok("<html>send</html>"), "not_understood"],
    ["nothing", ok(""), "not_understood"],
    ["cut JSON", ok(SUCCESS.slice(0, -4)), "not_understood"],
    ["a byte order mark", ok(`\uFEFF${SUCCESS}`), "not_understood"],
    [
      "windows-1251",
      ok(Buffer.from([...Buffer.from('{"error":"'), 0xc7, 0xe0, 0x22, 0x7d])),
      "not_understood",
    ],
    ["a text", ok('"send"'), "not_understood"],
    ["null", ok("null"), "not_understood"],
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
    ["success only by inheritance", ok('{"__proto__":{"information":[{"state":"send"}]}}'), "not_understood"],
    ["60,000 brackets", ok("[".repeat(60_000)), "not_understood"],
    ["30,000 nested arrays", ok("[".repeat(30_000) + "]".repeat(30_000)), "not_understood"],
  ])("%s", async (_, answer, evidence) => expect(await outcomeOf(answer)).toEqual(perhaps(evidence)));
});

describe("429", () => {
  test.each<[string, CannedAnswer, object]>([
    ["without a body", { status: 429, body: "" }, {}],
    ["with a wait", { status: 429, body: "", headers: { "retry-after": "3" } }, { retryAfterMs: 3000 }],
    ["with words nobody documented", failed("Too many requests", 429), {}],
  ])("rests the account: %s", async (_, answer, wait) => {
    expect(await outcomeOf(answer)).toEqual({ kind: "throttled", scope: "account", ...wait });
  });

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

describe("several messages", () => {
  test("go out one by one, no more at once than connections, each with its own outcome", async () => {
    await using server = await openAnsweringServer(({ body }) => {
      const { client_id_sms: reference } = JSON.parse(body).message[0].phones[0];
      return reference === 3
        ? items({ error: "Нет ссылки." })
        : items({ state: "send", id_sms: 1000 + reference });
    });
    await using provider = openAt(server, { connections: 3 });
    const messages = Array.from({ length: 20 }, (_, n) => ({ ...MESSAGE, id: `m${n}`, reference: n + 1 }));
    const outcomes = await provider.send(messages, never);
    expect(server.requests.length).toBe(20);
    expect(server.mostAtOnce).toBeLessThanOrEqual(3);
    expect(outcomes.get("m2")).toMatchObject({ kind: "rejected", code: "no_link" });
    expect(outcomes.get("m3")).toEqual(accepted("1004"));
  });

  test("an abort before anything is written is notSent for each", async () => {
    await using server = await openAnsweringServer(() => items({ state: "send" }));
    await using provider = openAt(server);
    const outcomes = await provider.send([MESSAGE, { ...MESSAGE, id: "m2" }], AbortSignal.abort());
    expect([...outcomes.values()]).toEqual(
      Array(2).fill({ kind: "notSent", phase: "guard", detail: "aborted" }),
    );
    expect(server.requests).toEqual([]);
  });

  test("a provider that is silent is maybeSent, one that is not there is notSent", async () => {
    const server = await openAnsweringServer(() => new Promise(() => {}));
    await using provider = openAt(server, { timeoutMs: 300 });
    const silent = await provider.send([MESSAGE], never);
    expect(silent.get("m1")).toEqual({ kind: "maybeSent", phase: "headers", evidence: "deadline" });
    await server[Symbol.asyncDispose]();
    const gone = await provider.send([MESSAGE], never);
    expect(gone.get("m1")).toEqual({ kind: "notSent", phase: "connect", detail: "ECONNREFUSED" });
  });
});
