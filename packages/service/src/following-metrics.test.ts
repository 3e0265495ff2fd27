import { expect, test } from "vitest";
import { followingMetrics } from "./following-metrics.ts";
import { openMetrics } from "./metrics.ts";

test("what an account taught is told by route, and what nobody knows is not told", async () => {
  const main = { provider: "etelecom", connections: 10, sendPerSecond: 20, statusPerSecond: 5 };
  const metrics = openMetrics("poller", { main });
  const show = followingMetrics(metrics);
  const route = { route: "main,other", finals: 200, p50Ms: 4000, p95Ms: 60_000, neverShare: 0.01 };
  const figures = {
    routes: [route],
    requests: 800,
    finals: 200,
    requestsPerMessage: 4,
    meanLagMs: 1500,
    pushesMissing: undefined,
    pause: undefined,
  };
  show(new Map([["main", figures]]));
  const text = await metrics.text();
  const labels = 'account="main",provider="etelecom"';
  expect(text).toContain(`hermod_route_final_seconds{${labels},route="main,other",quantile="0.5"} 4`);
  expect(text).toContain(`hermod_route_final_seconds{${labels},route="main,other",quantile="0.95"} 60`);
  expect(text).toContain(`hermod_route_never_final_ratio{${labels},route="main,other"} 0.01`);
  expect(text).toContain(`hermod_route_finals{${labels},route="main,other"} 200`);
  expect(text).toContain(`hermod_status_requests_per_message{${labels}} 4`);
  expect(text).toContain(`hermod_status_lag_seconds{${labels}} 1.5`);
  expect(text).not.toMatch(/hermod_push_missing_ratio\{/);
  expect(text).toContain(`hermod_status_resting{${labels},code=""} 0`);
  const pause = { code: "http_503", since: 1, probeAt: 2 };
  show(new Map([["main", { ...figures, pause, pushesMissing: 0.25 }]]));
  const later = await metrics.text();
  expect(later).toContain(`hermod_status_resting{${labels},code="http_503"} 1`);
  expect(later).not.toContain('code=""');
  expect(later).toContain(`hermod_push_missing_ratio{${labels}} 0.25`);
});
