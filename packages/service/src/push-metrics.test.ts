import { expect, test } from "vitest";
import { openMetrics } from "./metrics.ts";
import { pushMetrics } from "./push-metrics.ts";

const MAIN = { provider: "bitel", connections: 10, sendPerSecond: 20, statusPerSecond: 5 };

test("pushes are told by what became of them, and those that wait or were given up, from 0 on", async () => {
  const metrics = openMetrics("ingress", { main: MAIN });
  const pushes = pushMetrics(metrics);
  const labels = 'account="main",provider="bitel"';
  expect(await metrics.text()).toContain(`hermod_pushes_total{${labels},result="applied"} 0\n`);
  pushes.taken("main", "applied");
  pushes.taken("main", "applied");
  pushes.lost("main", "expired", 3);
  pushes.parked(new Map([["main", 4]]));
  const text = await metrics.text();
  expect(text).toContain(`hermod_pushes_total{${labels},result="applied"} 2\n`);
  expect(text).toContain(`hermod_parked_pushes_lost_total{${labels},why="expired"} 3\n`);
  expect(text).toContain(`hermod_parked_pushes_lost_total{${labels},why="displaced"} 0\n`);
  expect(text).toContain(`hermod_parked_pushes{${labels}} 4\n`);
});
