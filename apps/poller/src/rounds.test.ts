import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { watchRounds } from "./rounds.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const ANSWERING = { silentMs: () => 0, answeringMs: () => 1e9, [Symbol.dispose]: () => {} };

test("a round that does not come back is seen, and one that failed came back", async () => {
  const { sign, counted } = watchRounds("sweep", ANSWERING, 1000);
  const hung = Promise.withResolvers<void>();
  const running = counted(() => hung.promise)();
  vi.advanceTimersByTime(5000);
  expect(sign.forMs()).toBe(5000);
  hung.reject(new Error("refused"));
  await expect(running).rejects.toThrow("refused");
  expect(sign.forMs()).toBe(0);
});

test("time in which Redis was silent is no fault of a loop", () => {
  const { sign } = watchRounds("sweep", { ...ANSWERING, answeringMs: () => 10 }, 1000);
  vi.advanceTimersByTime(5000);
  expect(sign.forMs()).toBe(10);
});
