import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { openIntents } from "./intents.ts";

const NEVER = new AbortController().signal;
const SIGNALS = { leaves: NEVER, ended: NEVER };

/** One request may begin, as early before its slot as this; `behind` is where slots went by already. */
async function intents({ earlyMs = 0, behind = false } = {}) {
  const opened = openIntents(1, { earlyMs: () => earlyMs });
  const ask = async (signal = NEVER) => await opened.turn(1, signal, false);
  if (behind) {
    const turn = await ask();
    const held = await turn?.take(1, performance.now() - 1000, SIGNALS);
    held?.giveBack(1);
  }
  return { ask };
}

async function isWaiting(promise: Promise<unknown>): Promise<boolean> {
  let waits = true;
  void promise.then(() => {
    waits = false;
  });
  await setImmediate();
  return waits;
}

test("messages ask for slots before they may begin, as long as no slots go by", async () => {
  const { ask } = await intents();
  const first = await ask();
  const held = await first?.take(1, performance.now(), SIGNALS);
  const second = await ask();
  expect(second?.count).toBe(1);
  const taking = second?.take(1, performance.now(), SIGNALS) ?? Promise.resolve(undefined);
  expect(await isWaiting(taking)).toBe(true);
  held?.giveBack(1);
  expect((await taking)?.count).toBe(1);
});

test("once slots went by while messages waited for others, the next ones ask for slots when they may begin", async () => {
  const { ask } = await intents({ behind: true });
  const first = await ask();
  const second = ask();
  expect(await isWaiting(second)).toBe(true);
  const held = await first?.take(1, performance.now() + 10, SIGNALS);
  expect(await isWaiting(second)).toBe(true);
  held?.giveBack(1);
  expect((await second)?.count).toBe(1);
});

test("where slots are far away, nobody keeps others from beginning until then, and slots are asked for first again", async () => {
  const { ask } = await intents({ behind: true });
  const leaving = new AbortController();
  const first = await ask();
  const taking = first?.take(1, performance.now() + 10_000, { leaves: leaving.signal, ended: NEVER });
  const second = await ask();
  expect((await second?.take(1, performance.now(), SIGNALS))?.count).toBe(1);
  expect((await ask())?.count).toBe(1);
  leaving.abort();
  expect(await taking).toBeUndefined();
});

test("who leaves before its turn, or does not take it, keeps nobody from beginning", async () => {
  const { ask } = await intents({ behind: true });
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
