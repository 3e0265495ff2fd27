import { afterEach, describe, expect, test, vi } from "vitest";
import { openAnsweringServer } from "../answering-server.ts";
import type { OutgoingMessage } from "../provider.ts";
import { never, openAt } from "./test-account.ts";
import { items, MESSAGE, refused } from "./test-sends.ts";

describe("the request", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  async function requestFor(more: Partial<OutgoingMessage> = {}, account: object = {}) {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 0, 31, 8, 55, 0, 999) });
    await using server = await openAnsweringServer(() => items({ state: "send", id_sms: 82216 }));
    await using provider = openAt(server, account);
    await provider.send([{ ...MESSAGE, ...more }], never);
    return { ...server.requests[0], host: new URL(server.baseUrl).host };
  }

  test("has the inferred form in UTF-8, with the credentials in its body and nowhere else", async () => {
    const { host, ...request } = await requestFor();
    const body =
      '{"login":"kunde","password":"hunter2","message":[{"type_send_1":"sms","sender":"Hermod",' +
      '"text":"Ваш код: 482913, Иван","phones":[{"phone":79000000001,"client_id_sms":12345,' +
      '"validity_period":"2026-01-31 12:00:00"}]}]}';
    expect(request).toEqual({
      method: "POST",
      path: "/json",
      headers: {
        host,
        connection: "keep-alive",
        "content-type": "text/json; charset=utf-8",
        "content-length": String(Buffer.byteLength(body)),
      },
      body,
    });
  });

  test("has the token instead of login and password", async () => {
    const { body = "" } = await requestFor({}, { token: "s3cret-key" });
    expect(Object.keys(JSON.parse(body))).toEqual(["token", "message"]);
    expect(JSON.parse(body)).toMatchObject({ token: "s3cret-key" });
  });

  const PHONE = { phone: 79000000001, client_id_sms: 12345, validity_period: "2026-01-31 12:00:00" };
  const CONTENT = { type_send_1: "sms", sender: "Hermod", text: MESSAGE.content.text };
  const LOGIN = { login: "kunde", password: "hunter2" };
  test.each([
    [{}, { ...LOGIN, message: [{ ...CONTENT, phones: [PHONE] }] }],
    [{ request: "array" }, [{ ...LOGIN, message: [{ ...CONTENT, phones: [PHONE] }] }]],
    [{ message: "object" }, { ...LOGIN, message: { ...CONTENT, phones: [PHONE] } }],
    [
      { message: "object", phones: "object" },
      { ...LOGIN, message: { ...CONTENT, phones: PHONE } },
    ],
    [
      { request: "array", message: "array", phones: "object" },
      [{ ...LOGIN, message: [{ ...CONTENT, phones: PHONE }] }],
    ],
  ])("is nested as the account's envelope %j says", async (envelope, expected) => {
    const { body = "" } = await requestFor({}, { envelope });
    expect(JSON.parse(body)).toEqual(expected);
  });

  test.each([
    ["Europe/Moscow", "2026-01-31 12:00:00"],
    ["Asia/Novosibirsk", "2026-01-31 16:00:00"],
    ["UTC", "2026-01-31 09:00:00"],
  ])("tells the end of validity in the account's zone %s, never later than it is", async (timeZone, end) => {
    const { body = "" } = await requestFor({}, { timeZone });
    expect(body).toContain(`"validity_period":"${end}"`);
  });

  test("carries the same reference each time", async () => {
    const bodies = [await requestFor(), await requestFor()].map(({ body }) => body);
    expect(bodies[0]).toBe(bodies[1]);
  });

  test.each<[string, Partial<OutgoingMessage>, string]>([
    ["without a text", { content: { template: "OTP" } }, "needs_text"],
    ["with half a character", { content: { text: "a\ud83d" } }, "text_not_unicode"],
  ])("is not made for a message %s", async (_, more, code) => {
    await using server = await openAnsweringServer(() => items({ state: "send" }));
    await using provider = openAt(server);
    const outcomes = await provider.send([{ ...MESSAGE, ...more }], never);
    expect(outcomes.get("m1")).toEqual(refused("message", code, ""));
    expect(server.requests).toEqual([]);
  });

  test("is not made for a number with more digits than are taken", async () => {
    await using server = await openAnsweringServer(() => items({ state: "send" }));
    await using provider = openAt(server);
    const outcomes = await provider.send([{ ...MESSAGE, to: "+123456789012345" }], never);
    expect(outcomes.get("m1")).toEqual(refused("recipient", "number_too_long", ""));
    expect(server.requests).toEqual([]);
  });

  test.each([undefined, 0, 2_147_483_648])(
    "is not made for a message with the reference %j, which a second request would double",
    async (reference) => {
      const { reference: _, ...message } = MESSAGE;
      await using server = await openAnsweringServer(() => items({ state: "send" }));
      await using provider = openAt(server);
      const outcomes = await provider.send(
        [{ ...message, ...(reference === undefined ? {} : { reference }) }],
        never,
      );
      expect(outcomes.get("m1")).toEqual(refused("account", "no_reference", ""));
      expect(server.requests).toEqual([]);
    },
  );
});
