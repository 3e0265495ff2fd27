import { expect, test } from "vitest";
import { randomFor } from "../random.ts";
import { mixedPlan } from "./plan.ts";

const request = { phoneNumber: "84836106872", templateCode: "OTP", params: {}, routeRule: ["3"] };
const plans = Array.from({ length: 2000 }, (_, n) => mixedPlan(request, randomFor(3, "plan", n)));

test("the mixed plan has every kind of outcome, in about its share", () => {
  const count = (of: (last: { status: string; afterMs: number } | undefined) => boolean) =>
    plans.filter(({ steps }) => of(steps.at(-1))).length / plans.length;
  expect(count((last) => last?.status === "SUCCESS" && last.afterMs < 20_000)).toBeCloseTo(0.8, 1);
  expect(count((last) => last?.status === "FAIL")).toBeCloseTo(0.1, 1);
  expect(count((last) => (last?.afterMs ?? 0) >= 60_000)).toBeCloseTo(0.08, 1);
  expect(count((last) => last === undefined)).toBeGreaterThan(0.005);
});

test("a failure has an error code, a success none", () => {
  for (const { steps } of plans) {
    for (const { status, errorCode } of steps) expect(errorCode !== undefined).toBe(status === "FAIL");
  }
});
