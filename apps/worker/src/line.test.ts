import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { openLine } from "./line.ts";

const NEVER = new AbortController().signal;

test("while nobody was told to wait, all may ask at once", async () => {
  const line = openLine();
  const places = [line.join(), line.join(), line.join()];
  const first = await Promise.all(places.map((place) => place.isFirst(NEVER)));
  expect(first).toEqual([true, true, true]);
});

test("whoever came later stays behind one that waits, and goes once that has its slot, in the order they came", async () => {
  const line = openLine();
  const [one, two, three] = [line.join(), line.join(), line.join()];
  one.stay();
  two.stay();
  const went: string[] = [];
  const third = three.isFirst(NEVER).then(() => went.push("three"));
  const second = two.isFirst(NEVER).then(() => went.push("two"));
  expect(await one.isFirst(NEVER)).toBe(true);
  await setImmediate();
  expect(went).toEqual([]);
  one.leave();
  await second;
  await setImmediate();
  expect(went).toEqual(["two"]);
  two[Symbol.dispose]();
  await third;
  expect(went).toEqual(["two", "three"]);
});

test("whoever is told to end waits no longer, and keeps nobody waiting", async () => {
  const line = openLine();
  const [one, two, three] = [line.join(), line.join(), line.join()];
  one.stay();
  two.stay();
  const end = new AbortController();
  const second = two.isFirst(end.signal);
  const third = three.isFirst(NEVER);
  end.abort();
  expect(await second).toBe(false);
  expect(await two.isFirst(end.signal)).toBe(false);
  two.leave();
  one.leave();
  expect(await third).toBe(true);
});
