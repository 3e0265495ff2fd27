import { expect, test } from "vitest";
import { mostWithin, summaryOf } from "./ground-truth.ts";

test.each([
  ["none", [], 0],
  ["one", [5], 1],
  ["a burst across a full second", [900, 950, 1000, 1050, 2100], 4],
  ["a pace of exactly one a second", [0, 1000, 2000], 1],
  ["times out of order", [1500, 0, 1400, 600], 3],
])("the busiest sliding second of %s is counted", (_, times, most) => {
  expect(mostWithin(times, 1000)).toBe(most);
});

test("the summary counts by operation and by final status", () => {
  const summary = summaryOf({
    accepted: [
      { id: "a", at: 0, finalStatus: "SUCCESS" },
      { id: "c", at: 0, finalStatus: "SUCCESS" },
      { id: "b", at: 0, finalStatus: "PROCESSING" },
    ],
    requests: [
      { operation: "send", order: 1, at: 0, acceptedIds: ["a"] },
      { operation: "send", order: 2, at: 10, acceptedIds: ["b"] },
      { operation: "status", order: 1, at: 20, acceptedIds: [] },
    ],
  });
  expect(summary).toEqual({
    accepted: 3,
    requests: { send: 2, status: 1 },
    mostInASecond: { send: 2, status: 1 },
    finals: { SUCCESS: 2, PROCESSING: 1 },
  });
});
