import { expect, test } from "vitest";
import { balanceMetrics } from "./balance-metrics.ts";
import { openMetrics } from "./metrics.ts";

const MAIN = { provider: "webcom", connections: 10, sendPerSecond: 20, statusPerSecond: 5 };

test("money is told in its currency, and for how long it lasts only while somebody can tell", async () => {
  const metrics = openMetrics("poller", { main: MAIN });
  const { show } = balanceMetrics(metrics);
  const labels = 'account="main",provider="webcom"';
  show("main", { amount: "80.50", currency: "RUR" }, 8.05);
  const text = await metrics.text();
  expect(text).toContain(`hermod_account_balance{${labels},currency="RUR"} 80.5\n`);
  expect(text).toContain(`hermod_account_hours_left{${labels}} 8.05\n`);
  show("main", { amount: "900", currency: "RUR" });
  const later = await metrics.text();
  expect(later).toContain(`hermod_account_balance{${labels},currency="RUR"} 900\n`);
  expect(later).not.toContain("hermod_account_hours_left{");
});
