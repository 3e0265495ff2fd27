import type { PaceLimits, Reservation } from "@hermod/broker/pacer";
import { expect, test } from "vitest";
import { paceTogether } from "./pace-together.ts";

interface Call {
  readonly units: readonly number[];
  readonly limits: Omit<PaceLimits, "perSecond">;
}

const BUSY: Reservation = { kind: "busy", forMs: 900 };

/** A pace that notes what it is asked for. */
function noting(answer: (call: Call, number: number) => Reservation | Promise<Reservation>, most = 10) {
  const calls: Call[] = [];
  const pace = paceTogether(
    {
      async reserve(units, limits) {
        const call = { units, limits };
        calls.push(call);
        return await answer(call, calls.length);
      },
      async giveBack() {},
    },
    most,
  );
  return { calls, pace };
}

/** Slots every 10 ms, the first of them at 1000. */
function reserved(slots: number, more: object = {}): Reservation {
  const times = { at: 1000, firstAt: 500, firstInMs: 5, limitedMs: 40 };
  return { kind: "reserved", ...times, everyMs: 10, slots, probes: false, ...more };
}

const NEAR = { mostAwayMs: 250 };

test("those who ask in one breath get slots one after another, of one reservation", async () => {
  const { calls, pace } = noting(({ units }) => reserved(units.length));
  const found = await Promise.all([
    pace.reserve([1, 1], { ...NEAR, message: "a", priority: 18, soonestInMs: 3 }),
    pace.reserve([1], { ...NEAR, message: "b", priority: 34, soonestInMs: 7 }),
  ]);
  expect(calls).toEqual([{ units: [1, 1, 1], limits: { ...NEAR, priority: 34, soonestInMs: 7 } }]);
  expect(found).toMatchObject([
    { at: 1000, firstAt: 500, firstInMs: 5, limitedMs: 40, everyMs: 10, slots: 2 },
    { at: 1020, firstAt: 520, firstInMs: 25, limitedMs: 60, everyMs: 10, slots: 1 },
  ]);
});

test("slots that weigh differently are handed out at their own times", async () => {
  const { pace } = noting(() => reserved(3, { offsetsMs: [0, 30, 70] }));
  const found = await Promise.all([pace.reserve([3], NEAR), pace.reserve([4, 1], NEAR)]);
  expect(found).toMatchObject([
    { at: 1000, firstAt: 500, slots: 1, offsetsMs: [0] },
    { at: 1030, firstAt: 530, slots: 2, offsetsMs: [0, 40] },
  ]);
});

test("no more is reserved at once than as many units as may be, but for one who wants more alone", async () => {
  const { calls, pace } = noting(({ units }) => reserved(units.length), 3);
  await Promise.all([[2], [1], [1], [5], [1]].map((units) => pace.reserve(units, NEAR)));
  expect(calls.map(({ units }) => units)).toEqual([[2, 1], [1], [5], [1]]);
});

test("slots may be further away only for those who say so", async () => {
  const { calls, pace } = noting(({ units }) => reserved(units.length));
  await Promise.all([
    pace.reserve([1], NEAR),
    pace.reserve([1], { mostAwayMs: 5000 }),
    pace.reserve([1], NEAR),
  ]);
  expect(calls.map(({ units, limits }) => [units.length, limits.mostAwayMs])).toEqual([
    [2, 250],
    [1, 5000],
  ]);
});

test("whoever gets none of the slots that others gave back asks again", async () => {
  const { calls, pace } = noting(({ units }, call) => reserved(call === 1 ? 2 : units.length));
  const found = await Promise.all([[1], [1, 1], [1]].map((units) => pace.reserve(units, NEAR)));
  expect(calls.map(({ units }) => units.length)).toEqual([4, 1]);
  expect(found).toMatchObject([{ slots: 1 }, { slots: 1, at: 1010 }, { slots: 1, at: 1000 }]);
});

test("an account whose next slot is far away says so to all", async () => {
  const { calls, pace } = noting(() => BUSY);
  expect(await Promise.all([pace.reserve([1], NEAR), pace.reserve([1], NEAR)])).toEqual([BUSY, BUSY]);
  expect(calls).toHaveLength(1);
});

test("who has slots does not wait for those who must ask again", async () => {
  const again = Promise.withResolvers<Reservation>();
  const { pace } = noting((_, call) => (call === 1 ? reserved(1) : again.promise));
  const [first, second] = [[1], [1]].map((units) => pace.reserve(units, NEAR));
  expect(await first).toMatchObject({ kind: "reserved", slots: 1 });
  again.reject(new Error("READONLY"));
  await expect(second).rejects.toThrow("READONLY");
});

test("the message that may try an open breaker gets its slot, whoever asks beside it", async () => {
  const { pace } = noting(({ limits }) =>
    limits.message === "b" ? reserved(1, { probes: true }) : { kind: "open", code: "balance", probe: "b" },
  );
  const found = await Promise.all(["a", "b"].map((message) => pace.reserve([1], { ...NEAR, message })));
  expect(found).toMatchObject([
    { kind: "open", probe: "b" },
    { kind: "reserved", probes: true },
  ]);
});

test("a slot that nobody else may go behind is reserved alone", async () => {
  const { calls, pace } = noting(({ units }) => reserved(units.length));
  await Promise.all([pace.reserve([1], { ...NEAR, keptFreeMs: 500 }), pace.reserve([1], NEAR)]);
  expect(calls.map(({ limits }) => limits.keptFreeMs)).toEqual([500, undefined]);
});
