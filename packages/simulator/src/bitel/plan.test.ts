import { expect, test } from "vitest";
import { randomFor } from "../random.ts";
import { mixedPlan, mixedPlanV2 } from "./plan.ts";

const request = { phoneNumber: "09121111111", text: "Hi there", gatewayNumber: "1000" };
const plansOf = (choose: typeof mixedPlan) =>
  Array.from({ length: 2000 }, (_, n) => choose(request, randomFor(3, "plan", n)).steps);

test("the mixed plan has every kind of outcome, in about its share", () => {
  const plans = plansOf(mixedPlan).map((steps) => steps.at(-1));
  const share = (of: (last: (typeof plans)[number]) => boolean) => plans.filter(of).length / plans.length;
  expect(share((last) => last?.status === "DELIVERED" && last.afterMs < 20_000)).toBeCloseTo(0.8, 1);
  expect(share((last) => last?.status === "DELIVERY_FAILED")).toBeCloseTo(0.06, 1);
  expect(share((last) => (last?.afterMs ?? 0) >= 60_000)).toBeCloseTo(0.08, 1);
  expect(share((last) => last === undefined)).toBeGreaterThan(0.003);
  for (const word of ["BLACKLIST", "ERROR", "CHECK_ERROR"])
    expect(share((last) => last?.status === word)).toBeGreaterThan(0.003);
});

test("the mixed plan of v1 never says CHECK_OK", () => {
  expect(plansOf(mixedPlan).flat()).not.toContainEqual(expect.objectContaining({ status: "CHECK_OK" }));
});

test("the mixed plan of v2 says CHECK_OK first of all that reached the operator", () => {
  for (const [first, last] of plansOf(mixedPlanV2)) {
    if (last === undefined) continue;
    expect(first?.status).toBe("CHECK_OK");
    expect(["DELIVERED", "DELIVERY_FAILED"]).toContain(last.status);
    expect(first?.afterMs).toBeLessThan(2_000);
    expect(last.afterMs).toBeGreaterThanOrEqual(2_000);
  }
});
