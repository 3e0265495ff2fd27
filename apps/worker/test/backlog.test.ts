import { connectRedis } from "@hermod/broker/connect";
import { type Broker, openBroker } from "@hermod/broker/open-broker";
import { acceptedRecord } from "@hermod/core/accept";
import { apply } from "@hermod/core/apply";
import { Settings } from "@hermod/core/config";
import { MessageInput } from "@hermod/core/message";
import { startEtelecom } from "@hermod/simulator/etelecom";
import { delivered } from "@hermod/simulator/etelecom/plan";
import { expect, test } from "vitest";
import { handedOver, message, startWithAccounts } from "./installation.ts";

const BACKLOG = 10_000;
const AT_ONCE = 500;
const SETTINGS = { lease: { leaseMs: 12_000, lockMs: 12_000, stalledMs: 1000 } };
const TERMS = {
  leaseMs: 12_000,
  settleMs: 1000,
  horizonMs: 3_600_000,
  retryDelaysMs: [],
  failoverAfterMs: 1000,
  resolution: "none",
} as const;

/** Messages that the account's provider took, all of which should have been asked about by now. */
async function fallBehind({ store, installation }: Broker, account: string, at: number): Promise<void> {
  const input = MessageInput.parse(message("1", { account }));
  for (let done = 0; done < BACKLOG; done += AT_ONCE) {
    const records = Array.from({ length: AT_ONCE }, () =>
      acceptedRecord(input, { id: installation.messageId("test", undefined), bodyHash: "", at }),
    );
    await store.create(records);
    const changes = records.map((before, index) => {
      const outcome = { kind: "accepted", providerId: `gone-${done + index}` } as const;
      const begun = apply(before, { type: "begin", at, owner: "test", terms: TERMS });
      const after = apply(begun, { type: "outcome", at, attempt: 1, outcome, terms: TERMS, chance: 0.5 });
      return { before, after, dueAt: at };
    });
    await store.commit(changes);
  }
}

test("ten thousand messages that wait to be asked about at one account keep no other account waiting", {
  timeout: 120_000,
}, async () => {
  await using simulator = await startEtelecom({ seed: 1, plan: () => delivered(200) });
  const account = { provider: "etelecom", baseUrl: simulator.url, username: "hermod", password: "secret" };
  const accounts = {
    "etelecom-main": { ...account, timeoutMs: 9000 },
    slow: { ...account, statusPerSecond: 5 },
  };
  await using installation = await startWithAccounts(accounts, {
    settings: SETTINGS,
    workers: 0,
    pollers: 0,
  });
  const { hermod, redis, start } = installation;
  await using link = await connectRedis(redis.url, "process");
  const { partitions } = Settings.parse({}).redis;
  const retention = () => ({ recordMs: 60_000, textMs: 0 });
  await using broker = await openBroker(link, { partitions, retention });
  await fallBehind(broker, "slow", link.clock.now());
  await start("poller");
  await start("worker");
  const ids = await handedOver(
    installation,
    Array.from({ length: 30 }, (_, index) => message(`${index}`)),
  );
  const views = await Promise.all(ids.map((id) => hermod.waitForFinal(id, { timeoutMs: 60_000 })));
  expect(new Set(views.map(({ state }) => state))).toEqual(new Set(["delivered"]));
  // What waits in the queue is a few seconds' worth, and not all that there is.
  expect(await broker.queues.waiting("check", "slow")).toBeLessThanOrEqual(8);
});
