import { expect, test } from "vitest";
import { ACCOUNT, type OpenedBroker, openedBroker } from "../test/opened-broker.ts";
import { planChecks } from "./plan-checks.ts";

const FOLLOWED = { name: ACCOUNT, statusPerSecond: 10, statusBatch: 1 };

/** Messages that the provider has, and should be asked about now. */
async function due(opened: OpenedBroker, count: number): Promise<void> {
  const { link, broker, clock } = opened;
  for (let index = 0; index < count; index += 1) {
    const id = await opened.store(1000, { state: "submitted", deadlineAt: clock.now() + 60_000 });
    const { keys } = broker.installation;
    await link.redis.zadd(keys.due(keys.partitionOf(id), ACCOUNT), clock.now() - 1, id);
  }
}

test("what is due becomes orders of about a second's budget each, and no more than a few wait", async () => {
  await using opened = await openedBroker();
  await due(opened, 60);
  let planned = 0;
  for (let round = 0; round < 5; round += 1)
    planned += await planChecks(opened.broker, opened.clock, FOLLOWED);
  expect(await opened.broker.queues.waiting("check", ACCOUNT)).toBeLessThanOrEqual(4);
  expect(planned).toBeLessThanOrEqual(40);
  expect(planned).toBeGreaterThanOrEqual(20);
});

test.for([
  { statusPerSecond: 200, sizes: [96, 4] },
  { statusPerSecond: 2, sizes: [64, 36] },
  { statusPerSecond: 0.1, sizes: [32, 32] },
])(
  "an order holds whole requests: $statusPerSecond a second of 32 messages each",
  async ({ statusPerSecond, sizes }) => {
    await using opened = await openedBroker();
    await due(opened, 100);
    const { broker, clock } = opened;
    const added: number[] = [];
    const add: typeof broker.queues.add = async (kind, account, orders) => {
      added.push(...orders.map(({ ids }) => ids.length));
      await broker.queues.add(kind, account, orders);
    };
    const watched = { ...broker, queues: { ...broker.queues, add } };
    await planChecks(watched, clock, { name: ACCOUNT, statusPerSecond, statusBatch: 32 });
    expect(added).toEqual(sizes);
  },
);

test("two pollers at once plan each message once", async () => {
  await using opened = await openedBroker();
  await due(opened, 15);
  const plan = () => planChecks(opened.broker, opened.clock, FOLLOWED);
  const planned = await Promise.all([plan(), plan(), plan()]);
  expect(planned.reduce((sum, count) => sum + count)).toBe(15);
});

test("what is not due yet is not planned", async () => {
  await using opened = await openedBroker();
  await opened.store(1000, { state: "submitted" });
  expect(await planChecks(opened.broker, opened.clock, FOLLOWED)).toBe(0);
  expect(await opened.broker.queues.waiting("check", ACCOUNT)).toBe(0);
});
