import { expect, test } from "vitest";
import { recent } from "./recent.ts";

test("all who ask while an answer is on its way, and while it is fresh, get the same one", async () => {
  let asked = 0;
  const ask = recent(60_000, async () => ++asked);
  expect(await Promise.all([ask(), ask()])).toEqual([1, 1]);
  expect(await ask()).toBe(1);
});

test("an answer that is no longer fresh is asked for anew", async () => {
  let asked = 0;
  const ask = recent(0, async () => ++asked);
  expect(await ask()).toBe(1);
  expect(await ask()).toBe(2);
});

test("a failure is told to all who waited, and not remembered", async () => {
  let asked = 0;
  const ask = recent(60_000, async () => {
    asked += 1;
    if (asked === 1) throw new Error("away");
    return asked;
  });
  const [one, other] = [ask(), ask()];
  await expect(one).rejects.toThrow("away");
  await expect(other).rejects.toThrow("away");
  expect(await ask()).toBe(2);
});
