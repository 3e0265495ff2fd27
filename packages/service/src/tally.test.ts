import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { tally } from "./tally.ts";

test("whatever was added up is told each time somebody looks, and nothing of it twice", async () => {
  const registry = new Registry();
  const counted = tally({ name: "n", help: "n", labelNames: ["a", "b"], registers: [registry] });
  counted.inc({ a: "1", b: "2" }, 0);
  counted.inc({ a: "12", b: "" });
  counted.inc({ a: "12", b: "" });
  for (const _ of [1, 2])
    expect(await registry.metrics()).toMatch(/n\{a="1",b="2"\} 0\nn\{a="12",b=""\} 2\n/);
  counted.inc({ a: "12", b: "" });
  expect(await registry.metrics()).toContain('n{a="12",b=""} 3\n');
});
