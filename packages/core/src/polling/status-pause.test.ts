import { expect, test } from "vitest";
import { answered, asked, mayAsk, OPEN, PAUSE_MS, refused } from "./status-pause.ts";

test("a refused account rests for as long as it asked for, or for half a minute", () => {
  const pause = refused(1000, 5000);
  expect([mayAsk(pause, 5999), mayAsk(pause, 6000)]).toEqual([false, true]);
  expect([mayAsk(refused(1000), 999 + PAUSE_MS), mayAsk(refused(1000), 1000 + PAUSE_MS)]).toEqual([
    false,
    true,
  ]);
});

test("after the rest one request tries, and the others wait for its answer", () => {
  const probing = asked(refused(0, 5000), 6000);
  expect(mayAsk(probing, 6000)).toBe(false);
  expect(mayAsk(answered(probing), 6000)).toBe(true);
  expect(mayAsk(refused(6100, 5000), 6200)).toBe(false);
});

test("a probe that is never heard of again is tried again", () => {
  expect(mayAsk(asked(refused(0, 5000), 6000), 6000 + PAUSE_MS)).toBe(true);
});

test("an open account is asked as often as one likes", () => {
  expect(mayAsk(asked(OPEN, 0), 0)).toBe(true);
  expect(answered(OPEN)).toBe(OPEN);
});

test("the answer to an earlier request does not end the rest", () => {
  const pause = refused(1000, 5000);
  expect(mayAsk(answered(pause), 2000)).toBe(false);
});
