import fc from "fast-check";
import { expect, test } from "vitest";
import { type StatusBudget, spendRequest } from "./status-budget.ts";

const anyTerms = fc.record({
  perSecond: fc.integer({ min: 1, max: 100 }),
  burst: fc.integer({ min: 2, max: 20 }),
  reserve: fc.integer({ min: 0, max: 1 }),
});
const anyTries = fc.array(fc.nat({ max: 500 }), { maxLength: 300 });

/** The times at which a request got its token, when one was wanted after each of these waits. */
function spentAt(waitsMs: readonly number[], terms: Parameters<typeof spendRequest>[2]): number[] {
  let budget: StatusBudget = { tokens: terms.burst, at: 0 };
  let now = 0;
  const spent: number[] = [];
  for (const waitMs of waitsMs) {
    now += waitMs;
    const left = spendRequest(budget, now, terms);
    if (left === undefined) continue;
    budget = left;
    spent.push(now);
  }
  return spent;
}

test("in no window are there more requests than the burst and the rate allow", () => {
  fc.assert(
    fc.property(anyTries, anyTerms, (waitsMs, terms) => {
      const spent = spentAt(waitsMs, terms);
      for (const [first, from] of spent.entries()) {
        for (const [last, to] of spent.entries()) {
          if (last < first) continue;
          const allowed = terms.burst - terms.reserve + ((to - from) / 1000) * terms.perSecond;
          expect(last - first + 1).toBeLessThanOrEqual(allowed + 1e-6);
        }
      }
    }),
  );
});

test("a budget that is asked all the time lets as many through as its rate", () => {
  const spent = spentAt(
    Array.from({ length: 10_000 }, () => 10),
    { perSecond: 7, burst: 5, reserve: 0 },
  );
  expect(spent.length).toBeGreaterThanOrEqual(700);
  expect(spent.length).toBeLessThanOrEqual(705);
});

test("the reserve stays for other requests", () => {
  const terms = { perSecond: 1, burst: 4, reserve: 2 };
  expect(spentAt([0, 0, 0, 0], terms)).toHaveLength(2);
});
