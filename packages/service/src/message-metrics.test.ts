import type { Transition } from "@hermod/core/transition";
import { expect, test } from "vitest";
import { messageMetrics } from "./message-metrics.ts";
import { countedTrouble, openMetrics } from "./metrics.ts";

const MAIN = { provider: "etelecom", connections: 10, sendPerSecond: 20, statusPerSecond: 5 };

const QUIET: Transition = {
  id: "0".repeat(26),
  account: "main",
  producer: "shop",
  priority: "normal",
  isFirst: false,
  isRewrite: false,
  anomalies: 0,
  isSecondAcceptance: false,
  isUnmapped: false,
};

/** The lines of one metric after these transitions. */
async function told(name: string, transitions: readonly Partial<Transition>[]): Promise<string[]> {
  const metrics = openMetrics("worker", { main: MAIN });
  const count = messageMetrics(metrics);
  for (const transition of transitions) count({ ...QUIET, ...transition });
  return (await metrics.text()).split("\n").filter((line) => line.startsWith(`${name}{`));
}

test("a label takes no more values than it may, however many producers there are", async () => {
  const many = Array.from({ length: 500 }, (_, index) => ({ isFirst: true, producer: `p${index}` }));
  const lines = await told("hermod_messages_total", many);
  expect(lines).toHaveLength(21);
  expect(lines.find((line) => line.includes('producer="other"'))).toMatch(/ 480$/);
});

test("what must never happen is told as 0 from the start, and counted when it does", async () => {
  const labels = 'account="main",provider="etelecom"';
  for (const name of ["hermod_anomalies_total", "hermod_double_acceptances_total"])
    expect(await told(name, [])).toEqual([`${name}{${labels}} 0`]);
  expect(await told("hermod_anomalies_total", [{ anomalies: 2 }])).toEqual([
    `hermod_anomalies_total{${labels}} 2`,
  ]);
  expect(await told("hermod_double_acceptances_total", [{ isSecondAcceptance: true }])).toEqual([
    `hermod_double_acceptances_total{${labels}} 1`,
  ]);
  expect(await told("hermod_unmapped_total", [{ isUnmapped: true }])).toEqual([
    `hermod_unmapped_total{${labels},where="report"} 1`,
    `hermod_unmapped_total{${labels},where="outcome"} 0`,
  ]);
});

test("messages in doubt, in quarantine and held are counted, with the reason", async () => {
  const doubt = { state: "unconfirmed", reason: "lease_ended", code: "" } as const;
  expect(await told("hermod_attempts_unconfirmed_total", [{ entered: doubt }])).toContain(
    'hermod_attempts_unconfirmed_total{account="main",provider="etelecom",reason="lease_ended"} 1',
  );
  const poison = { state: "failed", reason: "poison", code: "" } as const;
  expect(await told("hermod_messages_quarantined_total", [{ entered: poison }])).toEqual([
    'hermod_messages_quarantined_total{account="main",provider="etelecom"} 1',
  ]);
  const fault = { state: "held", reason: "account", code: "balance" } as const;
  expect(await told("hermod_account_faults_total", [{ entered: fault }])).toEqual([
    'hermod_account_faults_total{account="main",provider="etelecom",code="balance"} 1',
  ]);
});

test("an account that is no longer configured is counted all the same", async () => {
  const gone = { account: "gone", entered: { state: "expired", reason: "before_send", code: "" } } as const;
  expect(await told("hermod_message_states_total", [gone])).toEqual([
    'hermod_message_states_total{account="gone",provider="unknown",producer="shop",state="expired",reason="before_send"} 1',
  ]);
});

test("trouble is counted by its kind, without what the error says, and reported on", async () => {
  const metrics = openMetrics("worker", { main: MAIN });
  const reported: unknown[] = [];
  const report = countedTrouble(metrics, (what, error) => reported.push([what, error]));
  const error = new Error("to +84836106872");
  report("recording", error);
  report("recording", error);
  expect(reported).toHaveLength(2);
  const text = await metrics.text();
  expect(text).toContain('hermod_troubles_total{what="recording"} 2');
  expect(text).not.toContain("84836106872");
});

test("a second write in doubt and a step along the route are counted", async () => {
  expect(await told("hermod_rewrites_total", [{ isRewrite: true }])).toEqual([
    'hermod_rewrites_total{account="main",provider="etelecom"} 1',
  ]);
  expect(await told("hermod_failovers_total", [{ cameFrom: "other" }])).toEqual([
    'hermod_failovers_total{from="other",account="main",provider="etelecom"} 1',
  ]);
});
