import { unauthorized } from "@hermod/simulator/etelecom/faults";
import { delivered, failed } from "@hermod/simulator/etelecom/plan";
import { tooManyRequests } from "@hermod/simulator/faults";
import { freePort } from "@hermod/testing/free-port";
import { waitUntil } from "@hermod/testing/wait";
import { describe, expect, test } from "vitest";
import { message, startInstallation } from "./installation.ts";
import { scrape } from "./scrape.ts";

const TEST = { timeout: 40_000 };
const WAIT = { timeoutMs: 20_000 };
const ACCOUNT = { account: "etelecom-main", provider: "etelecom" };

const plan = ({ params }: { params: Readonly<Record<string, string>> }) =>
  params["otp"]?.startsWith("bad") ? failed(300, "23") : delivered(300);

/** One worker and one poller, and what each of them tells. */
async function measured(options: Parameters<typeof startInstallation>[0] = {}) {
  const installation = await startInstallation({ ...options, workers: 0, pollers: 0 });
  const [worker, poller] = [await freePort(), await freePort()];
  await installation.start("poller", { PORT: `${poller}` });
  const running = await installation.start("worker", { PORT: `${worker}` });
  return { ...installation, running, worker: () => scrape(worker), poller: () => scrape(poller) };
}

describe("what a process counts", () => {
  test("is what happened: messages, states, outcomes, checks and times", TEST, async () => {
    await using installation = await measured({ simulator: { plan } });
    const { hermod, simulator } = installation;
    const good = Array.from({ length: 5 }, (_, index) => message(`good-${index}`, { producer: "shop" }));
    const none = message("1", { content: { template: "NONE", params: {} } });
    const results = await hermod.sendMany([...good, message("bad-1", { priority: "urgent" }), none]);
    const ids = results.map((result) => ("id" in result ? result.id : ""));
    await Promise.all(ids.map((id) => hermod.waitForFinal(id, WAIT)));
    const { sum } = await installation.worker();

    expect(sum("hermod_messages_total", ACCOUNT)).toBe(7);
    expect(sum("hermod_messages_total", { producer: "shop", lane: "normal" })).toBe(5);
    expect(sum("hermod_messages_total", { producer: "default", lane: "urgent" })).toBe(1);
    const entered = (state: string) => sum("hermod_message_states_total", { ...ACCOUNT, state });
    expect(["sending", "submitted", "delivered", "undelivered", "rejected"].map(entered)).toEqual([
      7, 6, 5, 1, 1,
    ]);
    const outcomes = (outcome: string) => sum("hermod_send_outcomes_total", { ...ACCOUNT, outcome });
    expect(["accepted", "rejected", "maybeSent"].map(outcomes)).toEqual([6, 1, 0]);
    expect(sum("hermod_send_refusals_total", { scope: "template" })).toBe(1);
    expect(sum("hermod_send_duration_seconds_count", { outcome: "accepted" })).toBe(6);
    expect(sum("hermod_queue_wait_seconds_count", { lane: "urgent" })).toBe(1);
    expect(sum("hermod_time_to_final_seconds_count", { state: "delivered" })).toBe(5);
    expect(sum("hermod_time_to_final_seconds_sum", { state: "delivered" })).toBeGreaterThan(5 * 0.3);
    expect(sum("hermod_report_lag_seconds_count", ACCOUNT)).toBe(6);
    expect(sum("hermod_report_lag_seconds_sum", ACCOUNT)).toBeGreaterThan(0.1);
    expect(sum("hermod_limiter_wait_seconds_count", { lane: "send", verdict: "reserved" })).toBeGreaterThan(
      0,
    );
    expect(sum("hermod_limiter_wait_seconds_sum", { lane: "send" })).toBeGreaterThan(0);
    expect(sum("hermod_pace_per_second", { lane: "send" })).toBeCloseTo(200 / 1.044, -1);
    expect(sum("hermod_account_limit_per_second", { lane: "send" })).toBe(200);
    expect(sum("hermod_account_connections", ACCOUNT)).toBe(10);
    expect(sum("hermod_requests_in_flight", ACCOUNT)).toBe(0);

    const asked = simulator.log.requests.filter(({ operation }) => operation === "status").length;
    expect(sum("hermod_messages_per_check_count", ACCOUNT)).toBe(asked);
    expect(sum("hermod_check_duration_seconds_count", ACCOUNT)).toBe(asked);
    expect(sum("hermod_check_answers_total", { answer: "report" })).toBe(asked);
    expect(sum("hermod_checks_per_message_sum", ACCOUNT)).toBe(asked);
    for (const quiet of [
      "hermod_anomalies_total",
      "hermod_double_acceptances_total",
      "hermod_unmapped_total",
    ])
      expect(sum(quiet, ACCOUNT)).toBe(0);
  });

  test(
    "is also what should not be: doubt, unknown words, rests, and how slow the loop and Redis are",
    TEST,
    async () => {
      await using installation = await measured({
        simulator: {
          plan: ({ params }) =>
            params["otp"] === "word" ? { steps: [{ afterMs: 100, status: "MARS" }] } : delivered(300),
        },
      });
      const { hermod, simulator } = installation;
      const ended = async (otp: string, more = {}) => {
        const { id } = await hermod.send(message(otp, more));
        return (await hermod.waitForFinal(id, WAIT)).state;
      };
      const word = ended("word");
      await waitUntil("it to be taken", () => simulator.log.accepted.length === 1, WAIT);
      simulator.setFault("send", tooManyRequests(1), 1);
      expect(await ended("rested")).toBe("delivered");
      simulator.setFault("send", { kind: "reset", accepted: true }, 1);
      expect(await ended("doubt", { expiresInMs: 1000 })).toBe("unknown");
      expect(await word).toBe("unknown");
      const [worker, poller] = await Promise.all([installation.worker(), installation.poller()]);
      expect(worker.sum("hermod_rests_total", { lane: "send" })).toBe(1);
      expect(worker.sum("hermod_rest_seconds_total", { lane: "send" })).toBeCloseTo(1, 0);
      expect(worker.sum("hermod_unmapped_total", { where: "report" })).toBe(1);
      expect(worker.sum("hermod_attempts_unconfirmed_total", { reason: "no_answer" })).toBe(1);
      expect(poller.sum("hermod_sweeper_finds_total", { find: "deadline" })).toBe(2);
      for (const { sum } of [worker, poller]) {
        expect(sum("hermod_redis_round_trip_seconds_count")).toBeGreaterThan(1);
        expect(sum("hermod_redis_round_trip_seconds_sum")).toBeGreaterThan(0);
        expect(sum("nodejs_eventloop_lag_p99_seconds")).toBeGreaterThan(0);
        expect(sum("hermod_live")).toBe(1);
      }
    },
  );

  test("in the poller is what lies in Redis, and what time alone brought about", TEST, async () => {
    await using installation = await measured({
      simulator: { plan: () => delivered(60_000) },
      account: { statusPerSecond: 1 },
      settings: {
        check: { minMs: 100, maxMs: 1000, horizonMs: 60_000 },
        breaker: { probeMs: 600_000 },
      },
    });
    const { hermod, simulator, running } = installation;
    await hermod.sendMany(Array.from({ length: 20 }, (_, index) => message(`${index}`)));
    await waitUntil("all to be sent", () => simulator.log.accepted.length === 20, WAIT);
    simulator.setFault("send", unauthorized);
    const held = await hermod.send(message("held"));
    await waitUntil("one to be held", async () => (await hermod.get(held.id))?.state === "held", WAIT);
    expect((await installation.worker()).sum("hermod_account_faults_total", { code: "credentials" })).toBe(1);
    running.kill("SIGTERM");
    await running.ended;
    const { id } = await hermod.send(message("late", { expiresInMs: 1000 }));
    expect(await hermod.waitForFinal(id, WAIT)).toMatchObject({ state: "expired" });
    const told = await waitUntil(
      "the messages to be overdue",
      async () => {
        const seen = await installation.poller();
        return (seen.sum("hermod_messages_overdue") ?? 0) > 0 && seen;
      },
      { ...WAIT, everyMs: 500 },
    );
    const { sum } = told;
    expect(sum("hermod_messages_followed", ACCOUNT)).toBe(20);
    expect(sum("hermod_messages_due", ACCOUNT)).toBeGreaterThanOrEqual(sum("hermod_messages_overdue") ?? 0);
    expect(sum("hermod_oldest_due_seconds", ACCOUNT)).toBeGreaterThan(10);
    expect(sum("hermod_orders", { queue: "check", state: "waiting" })).toBeGreaterThan(0);
    expect(sum("hermod_breaker_open", { ...ACCOUNT, code: "credentials" })).toBe(1);
    expect(sum("hermod_messages_open", { ...ACCOUNT, state: "held" })).toBe(1);
    expect(sum("hermod_messages_open", { ...ACCOUNT, state: "submitted" })).toBe(20);
    expect(sum("hermod_timers")).toBe(21);
    expect(sum("hermod_oldest_timer_seconds")).toBe(0);
    expect(sum("hermod_timers_overdue")).toBe(0);
    expect(sum("hermod_sweeper_finds_total", { find: "deadline" })).toBe(1);
    expect(sum("hermod_message_states_total", { state: "expired" })).toBe(1);
    expect(sum("hermod_redis_memory_used_bytes")).toBeGreaterThan(100_000);
    expect(sum("hermod_redis_memory_limit_bytes")).toBe(0);
    expect(sum("hermod_redis_up")).toBe(1);
  });

  test("holds no number, no text, no secret and no idempotency key, whatever happens", TEST, async () => {
    await using installation = await measured({ simulator: { plan } });
    const { hermod } = installation;
    const results = await hermod.sendMany([
      message("good-CANARY", { idempotencyKey: "KEY-84836106872", metadata: { order: "CANARY" } }),
      message("bad-CANARY"),
      message("CANARY", { content: { template: "CANARY", params: {} } }),
    ]);
    await Promise.all(results.map((result) => hermod.waitForFinal("id" in result ? result.id : "", WAIT)));
    const told = (await installation.worker()).text + (await installation.poller()).text;
    expect(told).toContain('state="delivered"');
    expect(told).not.toMatch(/CANARY|84836106872|secret|hermod-test|127\.0\.0\.1/);
  });
});
