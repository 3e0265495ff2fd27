import { expect, test } from "vitest";
import { callbackMetrics } from "./callback-metrics.ts";
import { openMetrics } from "./metrics.ts";

test("callbacks are told by what became of them, from 0 on, and those that wait or are dead as they were last", async () => {
  const metrics = openMetrics("poller", {});
  const callbacks = callbackMetrics(metrics, ["shop"]);
  expect(await metrics.text()).toContain('hermod_callbacks_total{producer="shop",result="timeout"} 0\n');
  callbacks.attempted("shop", { kind: "taken" });
  callbacks.attempted("shop", { kind: "failed", failure: "timeout", detail: "deadline" });
  callbacks.show("shop", { waiting: 9, dead: 9 });
  callbacks.show("shop", { waiting: 3, dead: 2 });
  const text = await metrics.text();
  expect(text).toContain('hermod_callbacks_total{producer="shop",result="taken"} 1\n');
  expect(text).toContain('hermod_callbacks_total{producer="shop",result="timeout"} 1\n');
  expect(text).toContain('hermod_callbacks_waiting{producer="shop"} 3\n');
  expect(text).toContain('hermod_callbacks_dead{producer="shop"} 2\n');
});
