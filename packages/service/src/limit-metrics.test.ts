import { expect, test } from "vitest";
import { limitMetrics } from "./limit-metrics.ts";
import { openMetrics } from "./metrics.ts";

const MAIN = { provider: "webcom", connections: 10, sendPerSecond: 20, statusPerSecond: 5 };

test("waits for a slot, pace and rests are told of each account and lane, beside its configured limit", async () => {
  const metrics = openMetrics("worker", { main: MAIN });
  const limits = limitMetrics(metrics);
  limits.waited("main", "send", 250, "reserved");
  limits.waited("main", "send", 500, "reserved");
  limits.waited("main", "status", 90_000, "busy");
  limits.paced("main", "send", 9.6);
  limits.rested("main", "send", 1500);
  limits.rested("main", "send", 2500);
  const text = await metrics.text();
  const send = 'account="main",provider="webcom",lane="send"';
  const status = 'account="main",provider="webcom",lane="status"';
  expect(text).toContain(`hermod_limiter_wait_seconds_sum{${send},verdict="reserved"} 0.75\n`);
  expect(text).toContain(`hermod_limiter_wait_seconds_count{${send},verdict="reserved"} 2\n`);
  expect(text).toContain(`hermod_limiter_wait_seconds_sum{${status},verdict="busy"} 90\n`);
  expect(text).toContain(`hermod_pace_per_second{${send}} 9.6\n`);
  expect(text).toContain(`hermod_rests_total{${send}} 2\n`);
  expect(text).toContain(`hermod_rest_seconds_total{${send}} 4\n`);
  expect(text).toContain(`hermod_account_limit_per_second{${send}} 20\n`);
  expect(text).toContain(`hermod_account_limit_per_second{${status}} 5\n`);
  expect(text).toContain('hermod_account_connections{account="main",provider="webcom"} 10\n');
});
