import { tooManyRequests } from "@hermod/simulator/faults";
import { expect, test } from "vitest";
import { type Kinds, onceByKind, planByKind } from "./kind.ts";

const KINDS = {
  delivered: { plan: () => "delivered" },
  throttled: { plan: () => "delivered at last", once: tooManyRequests(1) },
} satisfies Kinds<string>;

const request = (code: string, operation: "send" | "status" = "send") => ({
  operation,
  order: 1,
  at: 0,
  method: "POST",
  path: "/",
  target: "/",
  headers: {},
  remoteAddress: "",
  body: { text: code },
  fields: {},
});

test("a message has the plan of the kind that its code names", () => {
  expect(planByKind(KINDS)({ text: "throttled-123456" }, Math.random)).toBe("delivered at last");
});

test.each(["Hello", "toString-123456"])("a message that names no kind is delivered: %s", (text) => {
  expect(planByKind(KINDS)({ text }, Math.random)).toBe("delivered");
});

test("the first send request of a message meets the fault of its kind, and no later one", () => {
  const choose = onceByKind(KINDS);
  expect(choose(request("throttled-123456", "status"))).toBeUndefined();
  const seen = ["throttled-123456", "throttled-123456", "throttled-654321", "delivered-123456"].map((code) =>
    choose(request(code)),
  );
  expect(seen).toEqual([tooManyRequests(1), undefined, tooManyRequests(1), undefined]);
});
