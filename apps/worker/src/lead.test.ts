import { expect, test } from "vitest";
import { openLead } from "./lead.ts";

test("a process that is young begins early, and asks for no later slot for that", () => {
  const lead = openLead();
  expect(lead.earlyMs()).toBeGreaterThan(100);
  expect(lead.ms()).toBe(0);
});

test("later it begins as early as it took lately, with room for a slow moment", () => {
  const lead = openLead();
  for (let order = 0; order < 100; order += 1) lead.took(5);
  expect(lead.ms()).toBe(5);
  expect(lead.earlyMs()).toBeGreaterThan(20);
  expect(lead.earlyMs()).toBeLessThan(30);
  lead.took(10_000);
  expect(lead.earlyMs()).toBeLessThanOrEqual(220);
});
