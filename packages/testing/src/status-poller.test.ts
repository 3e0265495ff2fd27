import { expect, test } from "vitest";
import { StatusPoller } from "./status-poller.ts";

/** Asks every half second until something goes out. */
function nextRequest(poller: StatusPoller, from: number): { at: number; ids: readonly number[] } {
  for (let at = from; at < from + 100_000; at += 0.5) {
    const ids = poller.next(at);
    if (ids !== null) return { at, ids };
  }
  throw new Error("no request ever goes out");
}

const middle = (): number => 0.5;

test("a message that was found final is not asked about any more", () => {
  const poller = new StatusPoller(1, {}, middle);
  poller.sent(1, 0, "good", "otp");
  const { at, ids } = nextRequest(poller, 0);
  expect(ids).toEqual([1]);
  poller.result(1, at, true);
  expect(() => nextRequest(poller, at)).toThrow();
});

test("a message is not asked about again before the answer", () => {
  const poller = new StatusPoller(1, {}, middle);
  poller.sent(1, 0, "good", "otp");
  const { at } = nextRequest(poller, 0);
  expect(() => nextRequest(poller, at)).toThrow();
  poller.result(1, at + 3, false);
  expect(nextRequest(poller, at).at).toBeGreaterThan(at + 3);
});

test("a pushed final ends the looks, even while one is on its way", () => {
  const poller = new StatusPoller(1, { webhook: true }, middle);
  poller.sent(1, 0, "good", "otp");
  const { at } = nextRequest(poller, 0);
  poller.hookFinal(1, at + 1, at);
  poller.result(1, at + 2, false);
  expect(() => nextRequest(poller, at)).toThrow();
});

test("a refused request is asked again after the pause, and its messages stay due", () => {
  const poller = new StatusPoller(1, {}, middle);
  poller.sent(1, 0, "good", "otp");
  const { at, ids } = nextRequest(poller, 0);
  poller.failed(ids, at, 90);
  expect(nextRequest(poller, at)).toEqual({ at: at + 90, ids: [1] });
});

test("a message is looked at for the last time when it is given up", () => {
  const poller = new StatusPoller(1, { giveUp: 600 }, middle);
  poller.sent(1, 0, "good", "bulk");
  const looks: number[] = [];
  for (let at = 0; at < 10_000; at += 0.5) {
    for (let ids = poller.next(at); ids !== null; ids = poller.next(at)) {
      looks.push(at);
      poller.result(1, at, false);
    }
  }
  expect(looks.at(-1)).toBe(600);
});

test("where pushes come, fewer messages are asked about; where they stop, all are again", () => {
  const poller = new StatusPoller(1, { webhook: true }, middle);
  const gapOf = (id: number, at: number): number => {
    poller.sent(id, at, "good", "otp");
    const request = nextRequest(poller, at);
    poller.result(id, request.at, true);
    return request.at - at;
  };
  for (let id = 0; id < 500; id++) poller.hookFinal(id, id, id);
  const healthy = gapOf(500, 500);
  for (let id = 501; id < 601; id++) gapOf(id, id * 100);
  poller.next(70_000);
  expect(gapOf(601, 70_000)).toBeLessThan(healthy / 5);
});
