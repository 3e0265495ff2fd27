import { type FollowedAccount, planChecks } from "@hermod/broker/plan-checks";
import { dueScore, exactScore } from "@hermod/core/polling/due-score";
import { expect, test } from "vitest";
import { ACCOUNT, type OpenedBroker, openedBroker } from "../test/opened-broker.ts";

const FOLLOWED: FollowedAccount = {
  name: ACCOUNT,
  batch: 1,
  maxMs: 600_000,
  statusPerSecond: 20,
  grouped: false,
};

/** Messages that the provider has, with their scores in the due index. */
async function due(opened: OpenedBroker, count: number, score: (now: number) => number): Promise<void> {
  const { link, broker, clock } = opened;
  const { keys } = broker.installation;
  for (let index = 0; index < count; index += 1) {
    const id = await opened.store(1000, { state: "submitted", deadlineAt: clock.now() + 60_000 });
    await link.redis.zadd(keys.due(0, ACCOUNT), score(clock.now()), id);
  }
}

const overdue = (now: number): number => exactScore(now - 1);

/** Plans, and tells how many ids the orders hold. */
async function planned(opened: OpenedBroker, account: Partial<FollowedAccount>): Promise<number[]> {
  const { broker, clock } = opened;
  const sizes: number[] = [];
  const add: typeof broker.queues.add = async (kind, name, orders) => {
    sizes.push(...orders.map(({ ids }) => ids.length));
    await broker.queues.add(kind, name, orders);
  };
  const watched = { ...broker, queues: { ...broker.queues, add } };
  await planChecks(watched, clock, { ...FOLLOWED, ...account });
  return sizes;
}

test("orders are as many as the budget allows, and while enough of them wait nothing more is claimed", async () => {
  await using opened = await openedBroker(1);
  await due(opened, 60, overdue);
  const first = await planned(opened, {});
  expect(first).toEqual([10]);
  await planned(opened, { statusPerSecond: 400 });
  expect(await opened.broker.queues.waiting("check", ACCOUNT)).toBe(2);
  expect(await planned(opened, { statusPerSecond: 400 })).toEqual([]);
});

test("as many orders wait as the budget pays for until the next look, from two to twenty", async () => {
  for (const [statusPerSecond, most] of [
    [20, 2],
    [2000, 4],
    [100_000, 20],
  ] as const) {
    await using opened = await openedBroker(1);
    for (let look = 0; look < 22; look += 1) {
      await due(opened, 1, overdue);
      await planned(opened, { statusPerSecond });
    }
    expect(await opened.broker.queues.waiting("check", ACCOUNT)).toBe(most);
  }
});

test("requests of many messages are planned whole, and go together as far as an order carries them", async () => {
  await using opened = await openedBroker(1);
  await due(opened, 130, (now) => dueScore(now - 20_000, 10_000));
  expect(await planned(opened, { batch: 32, statusPerSecond: 1000 })).toEqual([96, 34]);
});

test("one message waits for company until it has paid for a request by itself", async () => {
  await using opened = await openedBroker(1);
  await due(opened, 1, (now) => dueScore(now - 20_000, 10_000));
  expect(await planned(opened, { batch: 32 })).toEqual([]);
  await due(opened, 1, (now) => dueScore(now - 23_000, 10_000));
  expect(await planned(opened, { batch: 32 })).toEqual([2]);
});

test("pollers at the same time plan each message once", async () => {
  await using opened = await openedBroker(1);
  await due(opened, 15, overdue);
  const sizes = await Promise.all([1, 2, 3].map(() => planned(opened, { statusPerSecond: 10_000 })));
  expect(sizes.flat().reduce((sum, count) => sum + count)).toBe(15);
});

test("what is not due yet is not planned", async () => {
  await using opened = await openedBroker(1);
  await due(opened, 3, (now) => dueScore(now + 1000, 10_000));
  expect(await planned(opened, {})).toEqual([]);
});

test("while an account rests nothing is planned, and then one request that tries it", async () => {
  await using opened = await openedBroker(1);
  await due(opened, 10, overdue);
  const { pauses, installation } = opened.broker;
  await pauses.refuse(ACCOUNT, { code: "http_503", request: "r", shortestMs: 60_000, longestMs: 60_000 });
  expect(await planned(opened, {})).toEqual([]);
  await opened.link.redis.hincrby(installation.keys.breaker(ACCOUNT, "status"), "at", -60_000);
  const sizes = await Promise.all([1, 2, 3].map(() => planned(opened, { statusPerSecond: 10_000 })));
  expect(sizes.flat()).toEqual([1]);
  // What was claimed in vain is due as before.
  await pauses.end(ACCOUNT, (await probeOf(opened)) ?? "");
  expect((await planned(opened, { statusPerSecond: 10_000 })).flat()).toEqual([9]);
});

async function probeOf({ link, broker }: OpenedBroker): Promise<string | null> {
  return await link.redis.hget(broker.installation.keys.breaker(ACCOUNT, "status"), "probe");
}
