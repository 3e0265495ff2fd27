import fc from "fast-check";
import { expect, test } from "vitest";
import { chooseRequest, creditOf, earnsAt, unpaidForMs, type Waiting } from "./request.ts";

const NOW = 1_800_000_000_000;
const MAX_MS = 600_000;

function termsOf(batch: number) {
  return { batch, maxMs: MAX_MS };
}

function waiting(dueInMs: number, gapMs = 10_000): Waiting {
  return { dueAt: NOW + dueInMs, gapMs };
}

const anyBatch = fc.constantFrom(1, 2, 32, 100);
const anyWaiting = fc
  .tuple(fc.integer({ min: -600_000, max: 600_000 }), fc.integer({ min: 1000, max: 600_000 }))
  .map(([dueInMs, gapMs]) => waiting(dueInMs, gapMs));

/** Messages as the due index gives them: the earliest, no more than fit. */
const anyEarliest = anyBatch.chain((batch) =>
  fc.record({
    batch: fc.constant(batch),
    earliest: fc
      .array(anyWaiting, { maxLength: batch })
      .map((all) => all.toSorted((a, b) => a.dueAt - b.dueAt)),
  }),
);

test("a request never asks more than fits, nothing twice, and nothing that was not due to be chosen from", () => {
  fc.assert(
    fc.property(anyEarliest, ({ earliest, batch }) => {
      const chosen = chooseRequest(earliest, NOW, termsOf(batch));
      expect(chosen.length).toBeLessThanOrEqual(batch);
      expect(new Set(chosen).size).toBe(chosen.length);
      for (const message of chosen) expect(earliest).toContain(message);
    }),
  );
});

test("no request goes out until the messages have paid for it together", () => {
  fc.assert(
    fc.property(anyEarliest, ({ earliest, batch }) => {
      const paid = earliest.reduce(
        (sum, message) => sum + Math.max(0, creditOf(message, NOW, termsOf(batch))),
        0,
      );
      expect(chooseRequest(earliest, NOW, termsOf(batch)).length > 0).toBe(paid >= 1);
    }),
  );
});

test("what has paid once has paid ever after", () => {
  fc.assert(
    fc.property(anyEarliest, fc.nat({ max: 1_000_000 }), ({ earliest, batch }, laterMs) => {
      fc.pre(chooseRequest(earliest, NOW, termsOf(batch)).length > 0);
      expect(chooseRequest(earliest, NOW + laterMs, termsOf(batch)).length).toBeGreaterThan(0);
    }),
  );
});

test("where a request asks about one message, it goes out when that is due", () => {
  expect(chooseRequest([waiting(1)], NOW, termsOf(1))).toEqual([]);
  expect(chooseRequest([waiting(0)], NOW, termsOf(1))).toHaveLength(1);
});

test("a full request goes out just when all are due, and a lone message waits for company, but not for ever", () => {
  const full = Array.from({ length: 32 }, () => waiting(0));
  expect(chooseRequest(full, NOW, termsOf(32))).toHaveLength(32);
  expect(chooseRequest(full, NOW - 100, termsOf(32))).toEqual([]);
  expect(chooseRequest([waiting(0)], NOW + 20_000, termsOf(32))).toEqual([]);
  expect(chooseRequest([waiting(0)], NOW + 30_000, termsOf(32))).toHaveLength(1);
});

test("what is due and has waited for the longest wait goes alone, and nothing goes alone before that", () => {
  expect(chooseRequest([waiting(0, MAX_MS)], NOW, termsOf(32))).toHaveLength(1);
  expect(chooseRequest([waiting(1, MAX_MS)], NOW, termsOf(32))).toEqual([]);
  expect(chooseRequest([waiting(-299_000, 300_000)], NOW, termsOf(32))).toEqual([]);
  expect(chooseRequest([waiting(-300_000, 300_000)], NOW, termsOf(32))).toHaveLength(1);
});

test("free places go to messages that are about to be due, and not to those seen a moment ago", () => {
  const due = Array.from({ length: 12 }, () => waiting(-10_000));
  const soon = waiting(3000);
  const justSeen = waiting(9000);
  expect(chooseRequest([...due, soon, justSeen], NOW, termsOf(32))).toEqual([...due, soon]);
});

test("a message earns nothing before it is said to, and something after", () => {
  fc.assert(
    fc.property(anyWaiting, anyBatch, (message, batch) => {
      const from = earnsAt(message, batch);
      expect(creditOf(message, from - 1, termsOf(batch))).toBeLessThanOrEqual(0);
      expect(creditOf(message, from + 1, termsOf(batch))).toBeGreaterThan(0);
    }),
  );
});

test("nothing is missed by sleeping as long as no request can be paid for", () => {
  fc.assert(
    fc.property(anyEarliest, ({ earliest, batch }) => {
      fc.pre(chooseRequest(earliest, NOW, termsOf(batch)).length === 0);
      const sleepMs = unpaidForMs(earliest, NOW, termsOf(batch), 500, 30_000);
      expect(sleepMs).toBeGreaterThanOrEqual(500);
      expect(sleepMs).toBeLessThanOrEqual(30_000);
      if (sleepMs > 500) expect(chooseRequest(earliest, NOW + sleepMs, termsOf(batch))).toEqual([]);
    }),
  );
});
