import { MessageInput } from "@hermod/core/message";
import { expect, test } from "vitest";
import type { CheckedMessage } from "./send-many.ts";
import { openSendTogether } from "./send-together.ts";

const message = (priority: MessageInput["priority"] = "normal"): CheckedMessage =>
  MessageInput.safeParse({ account: "main", to: "+84836106872", content: { text: "Hi." }, priority });

/** Callers of one client; what it hands over at once is taken when the test says so. */
function callers() {
  const handedOver: { readonly size: number; readonly take: () => void; readonly fail: () => void }[] = [];
  let taken = 0;
  const send = openSendTogether(async (messages) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    handedOver.push({ size: messages.length, take: resolve, fail: () => reject(new Error("closed")) });
    await promise;
    return messages.map(() => {
      taken += 1;
      return { id: `${taken}`, duplicate: false };
    });
  });
  return { send, handedOver };
}

test("one alone goes at once, and what comes meanwhile goes together", async () => {
  const { send, handedOver } = callers();
  const sent = [send(message()), send(message()), send(message()), send(message())];
  expect(handedOver.map(({ size }) => size)).toEqual([1]);
  handedOver[0]?.take();
  await expect.poll(() => handedOver.map(({ size }) => size)).toEqual([1, 3]);
  handedOver[1]?.take();
  expect(await Promise.all(sent)).toEqual(["1", "2", "3", "4"].map((id) => ({ id, duplicate: false })));
  void send(message());
  expect(handedOver).toHaveLength(3);
});

test("what is under way for long keeps nobody waiting", async () => {
  const { send, handedOver } = callers();
  const first = send(message());
  const second = send(message());
  await expect.poll(() => handedOver.length).toBe(2);
  handedOver[1]?.take();
  expect(await second).toMatchObject({ id: "1" });
  handedOver[0]?.take();
  expect(await first).toMatchObject({ id: "2" });
});

test("an urgent message waits for nobody", () => {
  const { send, handedOver } = callers();
  for (const priority of ["normal", "urgent", "urgent"] as const) void send(message(priority));
  expect(handedOver.map(({ size }) => size)).toEqual([1, 1, 1]);
});

test("what could not be handed over tells each of those who sent it, and hinders none that come later", async () => {
  const { send, handedOver } = callers();
  const failing = send(message());
  const later = send(message());
  handedOver[0]?.fail();
  await expect(failing).rejects.toThrow("closed");
  await expect.poll(() => handedOver.length).toBe(2);
  handedOver[1]?.take();
  expect(await later).toMatchObject({ duplicate: false });
});
