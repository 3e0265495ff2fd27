import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { CannedAnswer, ReceivedRequest } from "../answering-server.ts";
import { told } from "./test-account.ts";
import { answerTo, ask, item, json, messagesOf, nothing, report } from "./test-checks.ts";

describe("states are matched by id", () => {
  const messages = messagesOf("11", "12", "13");

  test("an id that is missing, strange or malformed leaves its message without evidence, never absent", async () => {
    const states = [
      { id_sms: 99, state: "deliver" },
      { state: "deliver" },
      null,
      { id_sms: 12, state: {} },
      { id_sms: 11, state: "read" },
    ];
    const { answers } = await ask(() => told(states), { statusBatch: 3 }, { messages });
    expect([...answers.values()]).toEqual([
      report({ kind: "read", word: "read" }),
      nothing("not_in_answer"),
      nothing("not_in_answer"),
    ]);
  });

  test("one element without an id is nobody's, even when one was asked for", async () => {
    expect(await answerTo(told([{ state: "deliver" }]))).toEqual(nothing("not_understood"));
  });

  test("an id that is told twice counts where both agree", async () => {
    const twice = (...states: string[]) => told(states.map((state) => item({ state })));
    expect(await answerTo(twice("deliver", "deliver"))).toMatchObject({ kind: "report" });
    expect(await answerTo(twice("deliver", "expired"))).toEqual(nothing("contradiction"));
  });

  test("a request that fails leaves the others' answers", async () => {
    const answer = ({ body }: ReceivedRequest) =>
      body.includes('"id_sms":12')
        ? { status: 500, body: "" }
        : told([{ id_sms: JSON.parse(body)[0].id_sms, state: "read" }]);
    const { answers } = await ask(answer, {}, { messages });
    expect([...answers.values()].map(({ kind }) => kind)).toEqual(["report", "unavailable", "report"]);
  });
});

describe("the body comes before the HTTP code", () => {
  test.each([400, 404, 500])("a state under HTTP %d counts", async (status) => {
    const answer = told([item({ state: "deliver" })], status);
    expect(await answerTo(answer)).toEqual(report({ kind: "delivered", word: "deliver" }));
  });

  test("one element may stand without its array", async () => {
    expect(await answerTo(told(item({ state: "deliver" })))).toMatchObject({ kind: "report" });
  });
});

describe("what is no evidence", () => {
  test.each<[string, string]>([
    ["Your account is locked", "locked"],
    ["POST данные отсутствуют", "request_empty"],
    ["Сообщение 482913 не найдено", "unmapped: Сообщение # не найдено"],
  ])("the error %s of a whole request", async (error, reason) => {
    for (const answer of [told({ error }), told({ error }, 400), told([{ error }])]) {
      expect(await answerTo(answer)).toEqual(nothing(reason));
    }
  });

  test.each<[number, string, string]>([
    [429, "Too many requests", "http_429"],
    [503, "нет", "http_503"],
    [503, "Your account is locked", "locked"],
  ])(
    "a refusal by HTTP %d with the error %s, which keeps its time to wait",
    async (status, error, reason) => {
      const answer = { ...told({ error }, status), headers: { "retry-after": "120" } };
      expect(await answerTo(answer)).toEqual({ ...nothing(reason), retryAfterMs: 120_000 });
    },
  );

  test("a documented error in an element's error or state", async () => {
    const locked = "Your account is locked";
    for (const fault of [{ error: locked }, { state: locked }]) {
      expect(await answerTo(told([item(fault)]))).toEqual(nothing("locked"));
    }
  });

  test("one error for several ids is nobody's report", async () => {
    const { answers } = await ask(
      () => told({ error: "Закончились SMS." }),
      { statusBatch: 2 },
      { messages: messagesOf("11", "12") },
    );
    expect([...answers.values()]).toEqual([nothing("balance"), nothing("balance")]);
  });

  test.each<[string, CannedAnswer, object]>([
    ["404", { status: 404, body: "" }, nothing("http_404")],
    [
      "two errors of nobody",
      told([{ error: "Закончились SMS." }, { error: "x" }]),
      nothing("not_understood"),
    ],
    ["no state", told([item({})]), nothing("no_state")],
    ["an empty state", told([item({ state: " " })]), nothing("no_state")],
    [
      "a state only by inheritance",
      json('[{"id_sms":82216,"__proto__":{"state":"deliver"}}]'),
      nothing("no_state"),
    ],
  ])("%s", async (_, answer, expected) => expect(await answerTo(answer)).toEqual(expected));
});

test("a provider that echoes everything everywhere leaves no trace of it", async () => {
  for (const status of [200, 400, 500]) {
    for (const form of [
      (text: string) => ({ error: text }),
      (text: string) => [{ error: text }],
      (text: string) => [
        { id_sms: 82216, state: text, time_change_state: text, num_parts: text, price: text },
      ],
    ]) {
      const echo = `hunter2 Kunde +7 900 000-00-01 482913`;
      const { answers } = await ask(() => told(form(echo), status));
      const printed = inspect(answers, { depth: 9 }) + JSON.stringify([...answers]);
      expect(printed).not.toMatch(/hunter2|kunde|900|482913/i);
    }
  }
});
