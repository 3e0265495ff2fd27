import { afterEach, expect, test, vi } from "vitest";
import { type Backlog, backlogMetrics } from "./backlog-metrics.ts";
import { openMetrics } from "./metrics.ts";

afterEach(() => {
  vi.useRealTimers();
});

const ORDERS = { waiting: 3, active: 1, delayed: 0, failed: 0 };
const FILL = { entries: 9, due: 4, overdue: 2, oldestMs: 12_500 };
const BACKLOG: Backlog = {
  accounts: new Map([["main", { checks: FILL, orders: { send: ORDERS, check: ORDERS } }]]),
  open: [{ account: "main", priority: "urgent", state: "held", count: 7 }],
  timers: FILL,
  memory: { used: 1000, limit: 0 },
};

function opened() {
  vi.useFakeTimers({ toFake: ["performance"] });
  const main = { provider: "etelecom", connections: 10, sendPerSecond: 20, statusPerSecond: 5 };
  const metrics = openMetrics("poller", { main });
  return { show: backlogMetrics(metrics), metrics };
}

test("what lies in Redis is told as somebody saw it last", async () => {
  const { show, metrics } = opened();
  show(BACKLOG);
  const text = await metrics.text();
  const labels = 'account="main",provider="etelecom"';
  expect(text).toContain(`hermod_messages_due{${labels}} 4`);
  expect(text).toContain(`hermod_messages_overdue{${labels}} 2`);
  expect(text).toContain(`hermod_oldest_due_seconds{${labels}} 12.5`);
  expect(text).toContain(`hermod_orders{${labels},queue="send",state="waiting"} 3`);
  expect(text).toContain("hermod_timers_overdue 2");
  expect(text).toContain(`hermod_messages_open{${labels},lane="urgent",state="held"} 7`);
});

test("a figure that nobody could renew for a minute is told no more", async () => {
  const { show, metrics } = opened();
  show(BACKLOG);
  vi.advanceTimersByTime(61_000);
  const text = await metrics.text();
  expect(text).not.toMatch(/^hermod_messages_due\{/m);
  expect(text).toMatch(/^hermod_timers Nan$/m);
  show(BACKLOG);
  expect(await metrics.text()).toMatch(/^hermod_timers 9$/m);
});

test("an open breaker is told with its reason, and a closed one as 0", async () => {
  const { show, metrics } = opened();
  const labels = 'account="main",provider="etelecom"';
  const breakers = async () => (await metrics.text()).match(/^hermod_breaker_open\{.*$/gm);
  const main = { checks: FILL, orders: { send: ORDERS, check: ORDERS } };
  show({ ...BACKLOG, accounts: new Map([["main", { ...main, openFor: "balance" }]]) });
  expect(await breakers()).toEqual([`hermod_breaker_open{${labels},code="balance"} 1`]);
  show(BACKLOG);
  expect(await breakers()).toEqual([`hermod_breaker_open{${labels},code=""} 0`]);
});
