import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { eitherOf } from "./either-of.ts";

test("it is aborted with the first of its sources, also when that already is", () => {
  const [one, other] = [new AbortController(), new AbortController()];
  using both = eitherOf(one.signal, other.signal);
  expect(both.signal.aborted).toBe(false);
  other.abort();
  expect(both.signal.aborted).toBe(true);
  using late = eitherOf(one.signal, other.signal);
  expect(late.signal.aborted).toBe(true);
});

test("once disposed of it leaves no listener at a source that lives on", () => {
  const { signal } = new AbortController();
  for (let order = 0; order < 3; order += 1) {
    using _ = eitherOf(signal);
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
  }
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
});
