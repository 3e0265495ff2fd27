import { expect, test } from "vitest";
import { finalsMetrics } from "./finals-metrics.ts";
import { openMetrics } from "./metrics.ts";

const STANDING = { producer: "shop", group: "billing", waiting: 3, oldestMs: 2500, missed: 7 };

test("what a group has not done, how old it is and what it missed is told, as it was last", async () => {
  const metrics = openMetrics("poller", {});
  const show = finalsMetrics(metrics);
  show([{ ...STANDING, missed: 1 }]);
  show([STANDING]);
  const text = await metrics.text();
  const labels = 'producer="shop",group="billing"';
  expect(text).toContain(`hermod_finals_waiting{${labels}} 3`);
  expect(text).toContain(`hermod_finals_oldest_seconds{${labels}} 2.5`);
  expect(text).toContain(`hermod_finals_missed{${labels}} 7`);
});

test("more groups than anybody has share one series", async () => {
  const metrics = openMetrics("poller", {});
  finalsMetrics(metrics)(Array.from({ length: 60 }, (_, n) => ({ ...STANDING, group: `g${n}` })));
  const text = await metrics.text();
  expect(text).toContain('hermod_finals_missed{producer="other",group="other"} 70');
  expect(text).not.toContain('group="g50"');
});
