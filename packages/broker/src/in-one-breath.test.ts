import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { inOneBreath } from "./in-one-breath.ts";

/** A call that says of each number its double, once it is let, and fails where one is negative. */
function doubling() {
  const calls: { readonly asked: readonly number[]; readonly answer: () => void }[] = [];
  const ask = inOneBreath<number, number>(async (asked) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    calls.push({ asked, answer: resolve });
    await promise;
    if (asked.some((one) => one < 0)) throw new Error(`none of ${asked}`);
    return asked.map((one) => 2 * one);
  });
  return { calls, ask };
}

test("what is asked in one breath goes in one call, and each gets its own answers", async () => {
  const { calls, ask } = doubling();
  const answers = [ask([1, 2]), Promise.resolve().then(() => ask([3]))];
  await setImmediate();
  expect(calls.map(({ asked }) => asked)).toEqual([[1, 2, 3]]);
  calls[0]?.answer();
  expect(await Promise.all(answers)).toEqual([[2, 4], [6]]);
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

test("who asks for nothing waits for nobody's answer", async () => {
  const { calls, ask } = doubling();
  void ask([1]);
  expect(await ask([])).toEqual([]);
  await setImmediate();
  expect(calls.map(({ asked }) => asked)).toEqual([[1]]);
});

test("a call carries 500 at the most, but for one who brings more alone", async () => {
  const { calls, ask } = doubling();
  const sizes = [300, 200, 1, 900, 2];
  const answers = sizes.map((size) => ask(Array.from({ length: size }, (_, index) => index)));
  await setImmediate();
  expect(calls.map(({ asked }) => asked.length)).toEqual([500, 1, 900, 2]);
  for (const { answer } of calls) answer();
  expect((await Promise.all(answers)).map(({ length }) => length)).toEqual(sizes);
});

test("what fails for one who asked with others fails for nobody else", async () => {
  const { calls, ask } = doubling();
  const shared = Promise.allSettled([ask([1]), ask([-2]), ask([3])]);
  await setImmediate();
  calls[0]?.answer();
  await setImmediate();
  for (const { answer } of calls) answer();
  expect(await shared).toEqual([
    { status: "fulfilled", value: [2] },
    { status: "rejected", reason: new Error("none of -2") },
    { status: "fulfilled", value: [6] },
  ]);
  expect(calls.map(({ asked }) => asked)).toEqual([[1, -2, 3], [1], [-2], [3]]);
});

test("what fails for one who asked alone is asked no more", async () => {
  const { calls, ask } = doubling();
  const alone = ask([-1]);
  await setImmediate();
  calls[0]?.answer();
  await expect(alone).rejects.toThrow("none of -1");
  expect(calls).toHaveLength(1);
});
