import type { Outcome } from "@hermod/core/outcome";
import { describe, expect, test, vi } from "vitest";
import { type CannedAnswer, openAnsweringServer } from "../answering-server.ts";
import type { OutgoingMessage } from "../provider.ts";
import { UltroamAccount } from "./config.ts";
import { ultroam } from "./index.ts";

const never = new AbortController().signal;
const MESSAGE: OutgoingMessage = {
  id: "m1",
  to: "+84836106872",
  reference: 17,
  validForMs: 300_000,
  content: { text: "Hello" },
};
const TAKEN = { kind: "accepted", providerId: "17" };
const RESTS = { ...TAKEN, restMs: 2000 };
const FULL = { kind: "throttled", scope: "account", retryAfterMs: 2000 };

/** A box whose queue is as long as a test says, and one of its accounts. */
async function openFilledBox(account: object = { queueLimit: 10 }) {
  const told: { queue: unknown; call: CannedAnswer | undefined } = { queue: 0, call: undefined };
  const server = await openAnsweringServer(({ path }) => {
    const body =
      path === "/api/send_sms"
        ? { error_code: 202, sms_in_queue: told.queue }
        : { error_code: 200, in_queue: told.queue };
    const isQueue = path !== "/api/send_sms";
    return (isQueue ? told.call : undefined) ?? { status: 200, body: JSON.stringify(body) };
  });
  const provider = ultroam.open(
    UltroamAccount.parse({
      provider: "ultroam",
      baseUrl: server.baseUrl,
      username: "kunde",
      password: "hunter2",
      auth: "basic",
      ...account,
    }),
  );
  const send = async (message = MESSAGE): Promise<Outcome | undefined> =>
    (await provider.send([message], never)).get("m1");
  return {
    told,
    send,
    requests: () => server.requests.map(({ path }) => path),
    /** Sends until the box was asked for its queue and the answer is known. */
    sendUntil: (expected: object) => vi.waitFor(async () => expect(await send()).toEqual(expected), 5000),
    async [Symbol.asyncDispose]() {
      await provider[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe("the queue of a box", () => {
  test.each([
    ["as long as the account allows", 10, TAKEN],
    ["longer than the account allows", 11, RESTS],
    ["longer, as text", "11", RESTS],
    ["not told", undefined, TAKEN],
    ["told as something else", [11], TAKEN],
  ])("that is %s", async (_, queue, outcome) => {
    await using box = await openFilledBox();
    box.told.queue = queue;
    expect(await box.send()).toEqual(outcome);
  });

  test("that is too long keeps further messages back, without a write", async () => {
    await using box = await openFilledBox();
    box.told.queue = 11;
    expect(await box.send()).toEqual(RESTS);
    for (let count = 0; count < 5; count += 1) expect(await box.send()).toEqual(FULL);
    expect(box.requests().filter((path) => path === "/api/send_sms")).toHaveLength(1);
  });

  test("that is short again lets messages go", async () => {
    await using box = await openFilledBox();
    box.told.queue = 11;
    await box.send();
    box.told.queue = 10;
    await box.sendUntil(TAKEN);
    expect(box.requests()).toContain("/api/query_sms_in_queue");
  });

  test.each<[string, CannedAnswer]>([
    ["does not tell its queue", { status: 404, body: "" }],
    ["fails", { status: 500, body: "" }],
  ])("of a box that %s when asked is learned by the next message", async (_, call) => {
    await using box = await openFilledBox();
    box.told.queue = 11;
    box.told.call = call;
    await box.send();
    await box.sendUntil(RESTS);
  });

  test("means nothing to an account without a limit", async () => {
    await using box = await openFilledBox({});
    box.told.queue = 100_000;
    expect(await box.send()).toEqual(TAKEN);
    expect(await box.send()).toEqual(TAKEN);
  });

  test("that is too long does not hide what a message itself is refused for", async () => {
    await using box = await openFilledBox();
    box.told.queue = 11;
    await box.send();
    expect(await box.send({ ...MESSAGE, content: {} })).toMatchObject({
      kind: "rejected",
      code: "needs_text",
    });
  });
});
