import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { openLine } from "./line.ts";

const NEVER = new AbortController().signal;

test("once those before have left, all may ask at once", async () => {
  const line = openLine();
  const places = [line.join(2), line.join(2), line.join(2)];
  for (const place of places) place.leave();
  const first = await Promise.all(places.map((place) => place.isFirst(NEVER)));
  expect(first).toEqual([true, true, true]);
});

test("whoever came later stays behind one that waits, and goes once that has its slot, in the order they came", async () => {
  const line = openLine();
  const [one, two, three] = [line.join(2), line.join(2), line.join(2)];
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
  const [one, two, three] = [line.join(2), line.join(2), line.join(2)];
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

test("a more urgent one goes before those that keep their places already", async () => {
  const line = openLine();
  const [later, sooner] = [line.join(8), line.join(4)];
  expect(await sooner.isFirst(NEVER)).toBe(true);
  const went: string[] = [];
  const waits = later.isFirst(NEVER).then(() => went.push("later"));
  await setImmediate();
  expect(went).toEqual([]);
  sooner.leave();
  await waits;
});
