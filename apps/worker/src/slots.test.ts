import { expect, test } from "vitest";
import type { AccountContext } from "./account-context.ts";
import { reserveSlots } from "./slots.ts";

const NEVER = new AbortController().signal;

/** A pacer that notes what it is asked for, and whose slots begin now. */
function pacing(answers: (call: number) => number | "busy") {
  const asked: number[] = [];
  const reserve = async (_account: string, _what: string, slots: number) => {
    asked.push(slots);
    const firstInMs = answers(asked.length);
    return firstInMs === "busy"
      ? { kind: "busy" as const, forMs: 900 }
      : { kind: "reserved" as const, firstInMs, everyMs: 1, probes: false };
  };
  const context = { name: "a", account: { sendPerSecond: 10 }, broker: { pacer: { reserve } } };
  return { asked, context: context as unknown as AccountContext };
}

test("slots that a process comes to in time are taken as they are", async () => {
  const { asked, context } = pacing(() => 0);
  const slots = await reserveSlots(context, "send", 3);
  if (slots.kind !== "reserved") throw new Error(slots.kind);
  expect(await Promise.all([0, 1, 2].map((index) => slots.wait(index, NEVER)))).toEqual([true, true, true]);
  expect(asked).toEqual([3]);
});

test("slots that went by are given up for new ones, all of them with one request", async () => {
  const { asked, context } = pacing((call) => (call === 1 ? -1000 : 0));
  const slots = await reserveSlots(context, "send", 5);
  if (slots.kind !== "reserved") throw new Error(slots.kind);
  const went = await Promise.all([0, 1, 2, 3, 4].map((index) => slots.wait(index, NEVER)));
  expect(went).toEqual([true, true, true, true, true]);
  expect(asked).toEqual([5, 5]);
});

test("when no new slot is near, nobody goes", async () => {
  const { asked, context } = pacing((call) => (call === 1 ? -1000 : "busy"));
  const slots = await reserveSlots(context, "send", 2);
  if (slots.kind !== "reserved") throw new Error(slots.kind);
  expect(await Promise.all([0, 1].map((index) => slots.wait(index, NEVER)))).toEqual([false, false]);
  expect(asked).toEqual([2, 2]);
});

test("an account whose next slot is far away says how far", async () => {
  const { context } = pacing(() => "busy");
  expect(await reserveSlots(context, "send", 2)).toEqual({ kind: "busy", forMs: 900 });
});

test("a wait that is told to stop ends without a slot", async () => {
  const { context } = pacing(() => 60_000);
  const slots = await reserveSlots(context, "send", 1);
  if (slots.kind !== "reserved") throw new Error(slots.kind);
  const stop = new AbortController();
  const waiting = slots.wait(0, stop.signal);
  stop.abort();
  expect(await waiting).toBe(false);
});
