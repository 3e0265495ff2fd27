import { delivered } from "@hermod/simulator/etelecom/plan";
import { mostWithin, timesOf } from "@hermod/simulator/ground-truth";
import { startScript } from "@hermod/testing/app-process";
import { describe, expect, test } from "vitest";
import { handedOver, message, startInstallation, timesAccepted } from "./installation.ts";

const plan = () => delivered(200);
const TEST = { timeout: 90_000 };
const WAIT = { timeoutMs: 60_000 };
/** No answer is late here because the machine is busy: that would leave a message in doubt. */
const PATIENT = {
  account: { timeoutMs: 9000 },
  settings: {
    check: { minMs: 100, maxMs: 500, horizonMs: 60_000 },
    lease: { leaseMs: 12_000, lockMs: 12_000, stalledMs: 1000 },
  },
};

describe.concurrent("at the same time", () => {
  test(
    "a message that five processes hand over a hundred times at once is one message, sent once",
    TEST,
    async () => {
      await using installation = await startInstallation({ ...PATIENT, simulator: { plan } });
      const { hermod, simulator, env } = installation;
      const script = new URL("insistent-producer.ts", import.meta.url);
      const producers = await Promise.all(
        Array.from({ length: 5 }, () =>
          startScript(script, { env: { ...env, TIMES: "20" }, untilStarted: false }),
        ),
      );
      expect(await Promise.all(producers.map(({ ended }) => ended))).toEqual([0, 0, 0, 0, 0]);
      const said = producers.flatMap(({ lines }) => lines.filter((line) => line.startsWith("{")));
      const results: { id: string; duplicate: boolean }[] = said.flatMap((line) => JSON.parse(line).results);
      expect(results).toHaveLength(100);
      expect(new Set(results.map(({ id }) => id)).size).toBe(1);
      expect(results.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
      expect(await hermod.waitForFinal(results[0]?.id ?? "", WAIT)).toMatchObject({ state: "delivered" });
      expect([timesAccepted(simulator, "1"), simulator.log.accepted.length]).toEqual([1, 1]);
    },
  );

  test(
    "of a thousand messages that are canceled as they go, each is either canceled or written",
    TEST,
    async () => {
      await using installation = await startInstallation({ ...PATIENT, simulator: { plan } });
      const { hermod, simulator } = installation;
      const ids = await handedOver(
        installation,
        Array.from({ length: 1000 }, (_, index) => message(`${index}`)),
      );
      // From the last to the first, which meets the worker somewhere on its way.
      const answers = new Map<string, string>();
      for (let end = ids.length; end > 0; end -= 20) {
        const some = ids.slice(end - 20, end);
        const told = await Promise.all(some.map((id) => hermod.cancel(id)));
        for (const [index, id] of some.entries()) answers.set(id, told[index] ?? "");
      }
      const views = await Promise.all(ids.map((id) => hermod.waitForFinal(id, WAIT)));
      for (const [index, view] of views.entries()) {
        const isCanceled = answers.get(view.id) === "canceled";
        expect([view.state, timesAccepted(simulator, `${index}`)]).toEqual(
          isCanceled ? ["canceled", 0] : ["delivered", 1],
        );
      }
      const canceled = views.filter(({ state }) => state === "canceled").length;
      expect(canceled).toBeGreaterThan(0);
      expect(canceled).toBeLessThan(1000);
    },
  );

  test("three pollers ask no oftener than one, and every message ends as it should", TEST, async () => {
    await using installation = await startInstallation({
      simulator: { plan: () => delivered(1500) },
      account: { ...PATIENT.account, statusPerSecond: 20 },
      settings: PATIENT.settings,
      pollers: 3,
    });
    const { hermod, simulator } = installation;
    const ids = await handedOver(
      installation,
      Array.from({ length: 60 }, (_, index) => message(`${index}`)),
    );
    const views = await Promise.all(ids.map((id) => hermod.waitForFinal(id, WAIT)));
    expect(new Set(views.map(({ state }) => state))).toEqual(new Set(["delivered"]));
    // Requests come close to one another on a busy machine; three budgets would be 60.
    expect(mostWithin(timesOf(simulator.log.requests, "status"), 1000)).toBeLessThan(30);
    expect(simulator.log.accepted).toHaveLength(60);
  });
});
