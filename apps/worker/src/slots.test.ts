import { setImmediate, setTimeout } from "node:timers/promises";
import type { SlotRow } from "@hermod/broker/pacer";
import { waitUntil } from "@hermod/testing/wait";
import { expect, test } from "vitest";
import { openSlotPool } from "./slots.ts";

const NEVER = new AbortController().signal;

/** A pool whose pacer notes what it is asked for; its slots begin so many milliseconds from now. */
function pool(answers: (call: number) => number | "busy", everyMs = 1) {
  const asked: number[] = [];
  const returned: SlotRow[] = [];
  const slots = openSlotPool({
    async reserve(units) {
      asked.push(units.length);
      const firstInMs = answers(asked.length);
      if (firstInMs === "busy") return { kind: "busy", forMs: 900 };
      const weighed = units.some((one) => one > 1);
      const offsetsMs = weighed ? { offsetsMs: units.map((_, index) => index * everyMs) } : {};
      const times = { at: 1_000_000 + firstInMs, firstInMs, firstAt: performance.now() + firstInMs };
      const row = { ...times, everyMs, slots: units.length, ...offsetsMs };
      return { kind: "reserved", ...row, limitedMs: 0, probes: false };
    },
    async giveBack(row) {
      returned.push(row);
    },
  });
  const reserve = async (lane: "urgent" | "bulk", count: number | readonly number[]) => {
    const units = typeof count === "number" ? Array.from({ length: count }, () => 1) : count;
    const reservation = await slots.reserve(lane, units);
    if (reservation.kind !== "reserved") throw new Error(reservation.kind);
    return reservation;
  };
  return { asked, returned, slots, reserve };
}

test("slots that a process comes to in time are taken as they are, each once", async () => {
  const { asked, reserve } = pool(() => 0);
  const slots = await reserve("bulk", 3);
  const taken = await Promise.all([0, 1, 2].map(() => slots.wait(NEVER)));
  expect(taken.map((slot) => slot?.isUsable())).toEqual([true, true, true]);
  expect(asked).toEqual([3]);
});

test("slots that went by are given up for new ones, all of them with one request", async () => {
  const { asked, reserve } = pool((call) => (call === 1 ? -1000 : 0));
  const slots = await reserve("bulk", 5);
  const taken = await Promise.all([0, 1, 2, 3, 4].map(() => slots.wait(NEVER)));
  expect(taken.every((slot) => slot !== undefined)).toBe(true);
  expect(asked[0]).toBe(5);
  expect(asked.slice(1).reduce((sum, count) => sum + count, 0)).toBe(5);
});

test("a slot that is too old is not used, unless another one has come that nobody took", async () => {
  const { reserve } = pool(() => 0, 60_000);
  const slots = await reserve("bulk", 1);
  const slot = await slots.wait(NEVER);
  const startedAt = performance.now();
  await waitUntil("the slot to be old", () => performance.now() - startedAt > 20, { everyMs: 1 });
  expect([slot?.isUsable(), slot?.wasMissed()]).toEqual([false, true]);
  await reserve("bulk", 1);
  expect([slot?.isUsable(), slot?.wasMissed()]).toEqual([true, false]);
});

test("an urgent message takes the slot that a bulk message waits for", async () => {
  const { reserve } = pool(() => 20, 20);
  const bulk = await reserve("bulk", 3);
  const order: string[] = [];
  const waits = [0, 1, 2].map(async () => order.push(`bulk ${(await bulk.wait(NEVER)) !== undefined}`));
  const urgent = await reserve("urgent", 1);
  expect(urgent.firstAt).toBe(bulk.firstAt);
  waits.push(urgent.wait(NEVER).then((until) => order.push(`urgent ${until !== undefined}`)));
  await Promise.all(waits);
  expect(order).toEqual(["urgent true", "bulk true", "bulk true", "bulk true"]);
});

test("when no new slot is near, nobody goes", async () => {
  const { asked, reserve } = pool((call) => (call === 1 ? -1000 : "busy"));
  const slots = await reserve("bulk", 2);
  expect(await Promise.all([0, 1].map(() => slots.wait(NEVER)))).toEqual([undefined, undefined]);
  expect(asked.length).toBeGreaterThan(1);
});

test("an account whose next slot is far away says how far", async () => {
  const { slots } = pool(() => "busy");
  expect(await slots.reserve("bulk", [1, 1])).toEqual({ kind: "busy", forMs: 900 });
});

test("a wait that is told to stop ends without a slot", async () => {
  const { reserve } = pool(() => 60_000);
  const slots = await reserve("bulk", 1);
  const stop = new AbortController();
  const waiting = slots.wait(stop.signal);
  stop.abort();
  expect(await waiting).toBeUndefined();
});

test("slots that are not wanted any more are given back from the last one, at the times the pacer gave them", async () => {
  const { returned, reserve } = pool(() => 100, 50);
  const slots = await reserve("bulk", 5);
  expect(slots.count).toBe(5);
  slots.giveBack(2);
  expect(returned).toEqual([{ at: expect.closeTo(1_000_250, 3), everyMs: 50, slots: 2 }]);
  slots.giveBack(9);
  expect(returned.at(-1)).toEqual({ at: expect.closeTo(1_000_100, 3), everyMs: 50, slots: 3 });
});

test("slots that are over are not given back", async () => {
  const { returned, reserve } = pool(() => -1000);
  (await reserve("bulk", 5)).giveBack(5);
  expect(returned).toEqual([]);
});

test("of requests that weigh differently each takes a slot that is enough, though a lighter one came first", async () => {
  const { asked, reserve } = pool(() => 0, 5);
  const slots = await reserve("bulk", [1, 3]);
  const taken: string[] = [];
  const heavy = slots.wait(NEVER, { units: 3 }).then((slot) => taken.push(`heavy ${slot !== undefined}`));
  await waitUntil("the second slot", () => taken.length === 1, { everyMs: 1 });
  expect(taken).toEqual(["heavy true"]);
  await heavy;
  expect(asked).toEqual([2]);
});

test("a request that is heavier than all slots that are left asks for one of its own", async () => {
  const { asked, reserve } = pool(() => 0, 5);
  const slots = await reserve("bulk", [1, 2]);
  const taken = await Promise.all([slots.wait(NEVER, { units: 2 }), slots.wait(NEVER, { units: 4 })]);
  expect(taken.every((slot) => slot !== undefined)).toBe(true);
  expect(asked[1]).toBe(1);
});

test("a request that came too late for its slot goes before those that never had one", async () => {
  const { reserve } = pool(() => 20, 20);
  const slots = await reserve("bulk", 2);
  const order: string[] = [];
  const waits = [
    slots.wait(NEVER).then(() => order.push("new")),
    slots.wait(NEVER, { again: true }).then(() => order.push("late")),
  ];
  await Promise.all(waits);
  expect(order).toEqual(["late", "new"]);
});

test("few are served in one breath, so that the last of them writes while its slot is good, and all are served", async () => {
  const { reserve } = pool(() => -2, 0.01);
  const slots = await reserve("bulk", 100);
  const served: unknown[] = [];
  for (let index = 0; index < 100; index += 1) void slots.wait(NEVER).then((slot) => served.push(slot));
  const breaths: number[] = [];
  while (served.length < 100) {
    const before = served.length;
    await setImmediate();
    breaths.push(served.length - before);
  }
  // A breath may hold a timer's round beside its own.
  expect(Math.max(...breaths)).toBeLessThanOrEqual(2 * 16);
});

test("the next slots are asked for as much later as the last answer took, up to a limit", async () => {
  const soonest: number[] = [];
  const slots = openSlotPool({
    async reserve(units, { soonestInMs = 0 }) {
      soonest.push(soonestInMs);
      await setTimeout(80);
      return { kind: "busy", forMs: 900 * units.length };
    },
    giveBack: async () => {},
  });
  for (const _ of [1, 2, 3]) await slots.reserve("bulk", [1], { soonestInMs: 5 });
  expect(soonest[0]).toBe(5);
  expect(soonest.slice(1)).toEqual([55, 55]);
});
