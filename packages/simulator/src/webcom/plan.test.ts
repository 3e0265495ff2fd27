import { expect, test } from "vitest";
import { randomFor } from "../random.ts";
import { mixedPlan } from "./plan.ts";

const plansOf = (channel: "sms" | "viber") =>
  Array.from({ length: 2000 }, (_, n) =>
    mixedPlan({ channel, sender: "Hermod", text: "x", number: "79000000001" }, randomFor(3, "plan", n)),
  );

const shareOf = (plans: readonly { steps: readonly { status: string }[] }[], status: string | undefined) =>
  plans.filter(({ steps }) => steps.at(-1)?.status === status).length / plans.length;

test("the mixed plan has every kind of outcome, in about its share", () => {
  const plans = plansOf("sms");
  expect(shareOf(plans, "deliver")).toBeCloseTo(0.88, 1);
  expect(shareOf(plans, "not_deliver")).toBeGreaterThan(0.04);
  expect(shareOf(plans, "expired")).toBeGreaterThan(0.01);
  expect(shareOf(plans, "partly_deliver")).toBeGreaterThan(0.01);
  expect(shareOf(plans, undefined)).toBeGreaterThan(0.01);
});

test("an SMS is never read, about half of what Viber delivers is", () => {
  expect(shareOf(plansOf("sms"), "read")).toBe(0);
  expect(shareOf(plansOf("viber"), "read")).toBeCloseTo(0.44, 1);
});
