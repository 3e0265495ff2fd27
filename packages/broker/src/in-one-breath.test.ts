import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { inOneBreath } from "./in-one-breath.ts";

/** A call that says of each number its double, once it is let. */
function doubling() {
  const calls: {
    readonly asked: readonly number[];
    readonly answer: () => void;
    readonly fail: () => void;
  }[] = [];
  const ask = inOneBreath<number, number>(async (asked) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    calls.push({ asked, answer: resolve, fail: () => reject(new Error("READONLY")) });
    await promise;
    return asked.map((one) => 2 * one);
  });
  return { calls, ask };
}

test("what is asked in one breath goes in one call, and each gets its own answers", async () => {
  const { calls, ask } = doubling();
  const answers = [ask([1, 2]), ask([]), Promise.resolve().then(() => ask([3]))];
  await setImmediate();
  expect(calls.map(({ asked }) => asked)).toEqual([[1, 2, 3]]);
  calls[0]?.answer();
  expect(await Promise.all(answers)).toEqual([[2, 4], [], [6]]);
});

test("what is asked later does not wait for an answer that is not there yet", async () => {
  const { calls, ask } = doubling();
  const slow = ask([1]);
  await setImmediate();
  const fast = ask([2]);
  await setImmediate();
  calls[1]?.answer();
  expect(await fast).toEqual([4]);
  calls[0]?.answer();
  expect(await slow).toEqual([2]);
});

test("a call that fails fails for all who shared it, and for nobody else", async () => {
  const { calls, ask } = doubling();
  const shared = Promise.allSettled([ask([1]), ask([2])]);
  await setImmediate();
  const other = ask([3]);
  await setImmediate();
  calls[0]?.fail();
  calls[1]?.answer();
  expect((await shared).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await other).toEqual([6]);
});
