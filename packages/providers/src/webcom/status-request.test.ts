import { describe, expect, test } from "vitest";
import { told } from "./test-account.ts";
import { ask, item, MESSAGE, messagesOf, nothing } from "./test-checks.ts";

describe("the request", () => {
  test("has the documented form: an array, with the credentials beside the id", async () => {
    const { server } = await ask(() => told([]));
    expect(server.requests).toMatchObject([
      {
        method: "POST",
        path: "/json/state.php",
        headers: { "content-type": "text/json; charset=utf-8" },
        body: '[{"login":"kunde","password":"hunter2","id_sms":82216,"detail":1}]',
      },
    ]);
  });

  test("has the token instead of login and password", async () => {
    const { server } = await ask(() => told([]), { token: "s3cret-key" });
    expect(server.requests[0]?.body).toBe('[{"token":"s3cret-key","id_sms":82216,"detail":1}]');
  });

  test("tells an id that no number holds as text", async () => {
    const { server } = await ask(() => told([]), {}, { messages: messagesOf("12345678901234567890") });
    expect(JSON.parse(server.requests[0]?.body ?? "")[0].id_sms).toBe("12345678901234567890");
  });

  test.each([
    [1, [1, 1, 1, 1, 1]],
    [2, [2, 2, 1]],
    [5, [5]],
    [100, [5]],
  ])("asks about %d ids at most", async (statusBatch, sizes) => {
    const messages = messagesOf("11", "12", "13", "14", "15");
    const { server } = await ask(() => told([]), { statusBatch }, { messages });
    expect(server.requests.map(({ body }) => JSON.parse(body).length).sort()).toEqual(sizes.sort());
  });

  test("asks about an id once, however many messages have it", async () => {
    const { server, answers } = await ask(
      () => told([item({ state: "expired" })]),
      { statusBatch: 5 },
      { messages: messagesOf("82216", "82216") },
    );
    expect(JSON.parse(server.requests[0]?.body ?? "")).toHaveLength(1);
    expect(answers.get("m2")).toEqual(answers.get("m1"));
    expect(answers.get("m2")?.kind).toBe("report");
  });

  test.each([undefined, "", "abc", "1,2", "0"])("is not made for the id %j", async (providerId) => {
    const message = { id: "m1", to: MESSAGE.to, ...(providerId === undefined ? {} : { providerId }) };
    const { server, first } = await ask(() => told([]), {}, { messages: [message] });
    expect(first).toEqual(nothing("no_provider_id"));
    expect(server.requests).toEqual([]);
  });
});
