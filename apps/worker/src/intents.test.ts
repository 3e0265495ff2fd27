import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { openIntents } from "./intents.ts";

const NEVER = new AbortController().signal;
const SIGNALS = { leaves: NEVER, ended: NEVER };

/** One request may begin at a time. */
function intents({ turnFirst }: { readonly turnFirst: boolean }) {
  const opened = openIntents(1, turnFirst, { earlyMs: () => 0 });
  return { ask: async (signal = NEVER) => await opened.turn(1, signal, false) };
}

async function isWaiting(promise: Promise<unknown>): Promise<boolean> {
  let waits = true;
  void promise.then(() => {
    waits = false;
  });
  await setImmediate();
  return waits;
}

test("messages ask for slots before they may begin, where slots are what they wait for", async () => {
  const { ask } = intents({ turnFirst: false });
  const first = await ask();
  const held = await first?.take(1, performance.now(), SIGNALS);
  const second = await ask();
  expect(second?.count).toBe(1);
  const taking = second?.take(1, performance.now(), SIGNALS) ?? Promise.resolve(undefined);
  expect(await isWaiting(taking)).toBe(true);
  held?.giveBack(1);
  expect((await taking)?.count).toBe(1);
});

test("messages ask for slots when they may begin, where they wait for one another", async () => {
  const { ask } = intents({ turnFirst: true });
  const first = await ask();
  const second = ask();
  expect(await isWaiting(second)).toBe(true);
  const held = await first?.take(1, performance.now() + 10, SIGNALS);
  expect(await isWaiting(second)).toBe(true);
  held?.giveBack(1);
  expect((await second)?.count).toBe(1);
});

test("who has a slot that is far away keeps nobody from beginning until then", async () => {
  const { ask } = intents({ turnFirst: true });
  const leaving = new AbortController();
  const first = await ask();
  const taking = first?.take(1, performance.now() + 10_000, { leaves: leaving.signal, ended: NEVER });
  const second = await ask();
  expect((await second?.take(1, performance.now(), SIGNALS))?.count).toBe(1);
  leaving.abort();
  expect(await taking).toBeUndefined();
});

test("who leaves before its turn, or does not take it, keeps nobody from beginning", async () => {
  const { ask } = intents({ turnFirst: true });
  const leaving = new AbortController();
  const first = await ask();
  const second = ask(leaving.signal);
  leaving.abort();
  expect(await second).toBeUndefined();
  const third = ask();
  expect(await isWaiting(third)).toBe(true);
  first?.[Symbol.dispose]();
  expect((await third)?.count).toBe(1);
});
