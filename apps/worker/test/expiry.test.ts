import { startEtelecom } from "@hermod/simulator/etelecom";
import * as etelecom from "@hermod/simulator/etelecom/plan";
import { type Fault, tooManyRequests } from "@hermod/simulator/faults";
import { waitUntil } from "@hermod/testing/wait";
import { describe, expect, test } from "vitest";
import { handedOver, message, startInstallation } from "./installation.ts";

const TEST = { timeout: 60_000 };
const WAIT = { timeoutMs: 40_000 };
const EXPIRES_IN_MS = 2500;
/** What a simulator and Redis on one machine may differ by in telling the time of a request. */
const SLACK_MS = 50;

/** No answer is late because the machine is busy. */
const LONG = {
  check: { minMs: 100, maxMs: 500, horizonMs: 60_000 },
  lease: { leaseMs: 12_000, lockMs: 12_000, stalledMs: 1000 },
};

const NEVER_SENT = { state: "expired", reason: "before_send" };

/** What messages wait for when they expire. `ahead`: urgent messages, which stand before it in the row. */
const CASES: readonly {
  readonly title: string;
  readonly fault?: Fault;
  readonly account?: Readonly<Record<string, unknown>>;
  readonly ahead?: number;
  readonly end: object;
}[] = [
  { title: "its turn", account: { sendPerSecond: 1 }, ahead: 30, end: NEVER_SENT },
  { title: "an account that rests", fault: tooManyRequests(3600), end: NEVER_SENT },
  { title: "another try", account: { baseUrl: "http://127.0.0.1:9" }, end: NEVER_SENT },
  {
    title: "an answer",
    fault: { kind: "silence", accepted: true },
    end: { state: "unknown", reason: "never_confirmed" },
  },
];

describe.concurrent("a message that expires while it waits", () => {
  for (const { title, fault, account, ahead = 0, end } of CASES) {
    test(`for ${title} ends then, and is not written afterwards`, TEST, async () => {
      await using installation = await startInstallation({
        simulator: { plan: () => etelecom.delivered(200) },
        account: account ?? {},
        settings: { retry: { delaysMs: [400, 60_000] }, reconcile: { settleMs: 500 } },
      });
      const { hermod, simulator } = installation;
      if (fault !== undefined) simulator.setFault("send", fault);
      await handedOver(
        installation,
        Array.from({ length: ahead }, (_, index) => message(`before-${index}`, { priority: "urgent" })),
      );
      const { id } = await hermod.send(message("1", { expiresInMs: EXPIRES_IN_MS, deadlineCheck: false }));
      const handedOverAt = Date.now();
      const view = await hermod.waitForFinal(id, WAIT);
      expect(view).toMatchObject(end);
      const writes = simulator.log.requests.filter(({ body }) => JSON.stringify(body ?? "").includes('"1"'));
      for (const { at } of writes) expect(at - handedOverAt).toBeLessThan(EXPIRES_IN_MS + SLACK_MS);
      expect(writes.length).toBe(end === NEVER_SENT && fault === undefined ? 0 : 1);
    });
  }
});

describe.concurrent("accounts apart from one another", () => {
  test(
    "one whose provider cannot be reached is stopped, and another one's messages go on",
    TEST,
    async () => {
      await using second = await startEtelecom({ seed: 2, plan: () => etelecom.delivered(200) });
      const credentials = { username: "hermod", password: "secret" };
      const other = { provider: "etelecom", baseUrl: second.url, timeoutMs: 9000, ...credentials };
      await using installation = await startInstallation({
        account: { baseUrl: "http://127.0.0.1:9" },
        more: { other },
        settings: { ...LONG, breaker: { probeMs: 60_000, windowMs: 5000, minimum: 5 } },
      });
      const { hermod } = installation;
      const both = Array.from({ length: 30 }, (_, index) => [
        message(`bad-${index}`),
        message(`good-${index}`, { account: "other" }),
      ]);
      const ids = await handedOver(installation, both.flat());
      const good = ids.filter((_, index) => index % 2 === 1);
      const views = await Promise.all(good.map((id) => hermod.waitForFinal(id, WAIT)));
      expect(new Set(views.map(({ state }) => state))).toEqual(new Set(["delivered"]));
      const look = () => Promise.all(ids.filter((_, index) => index % 2 === 0).map((id) => hermod.get(id)));
      // Those that tried in vain are held when it is their turn again.
      await waitUntil("all others to be held", async () =>
        (await look()).every((view) => view?.state === "held"),
      );
      const bad = await look();
      expect(bad.some((view) => (view?.attempts ?? 0) === 0)).toBe(true);
    },
  );

  test(
    "one that answers 500 to everybody is asked a few times and then left alone, and nothing is repeated",
    TEST,
    async () => {
      await using installation = await startInstallation({
        settings: { ...LONG, breaker: { probeMs: 60_000, windowMs: 5000, minimum: 5 } },
        account: { sendPerSecond: 50 },
      });
      const { hermod, simulator } = installation;
      simulator.setFault("send", {
        kind: "answer",
        accepted: false,
        answer: { status: 500, headers: {}, body: "" },
      });
      const ids = await handedOver(
        installation,
        Array.from({ length: 200 }, (_, index) =>
          message(`${index}`, { expiresInMs: 8000, deadlineCheck: false }),
        ),
      );
      const views = await Promise.all(ids.map((id) => hermod.waitForFinal(id, WAIT)));
      const asked = simulator.log.requests.filter(({ operation }) => operation === "send").length;
      expect(asked).toBeLessThan(50);
      expect(views.filter(({ state }) => state === "unknown")).toHaveLength(asked);
      expect(views.filter(({ state }) => state === "expired")).toHaveLength(200 - asked);
    },
  );
});
