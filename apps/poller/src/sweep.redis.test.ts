import { expect, test } from "vitest";
import { ACCOUNT, type OpenedBroker, openedBroker } from "../test/opened-broker.ts";
import { sweep } from "./sweep.ts";

const OPEN_ATTEMPT = { attempt: 1, attempts: [{ n: 1, account: ACCOUNT, verdict: "open" as const }] };

/** Free to go for a minute, and given to a work order right then. */
function driven({ clock }: OpenedBroker, jobId: string) {
  const at = clock.now() - 60_000;
  return { jobId, releaseAt: at, drivenAt: at };
}

test("a waiting message whose work order was lost gets a new one", async () => {
  await using opened = await openedBroker();
  const id = await opened.store(60_000, driven(opened, "s-lost"));
  expect(await sweep(opened)).toBe(1);
  expect(await opened.broker.queues.waiting("send", ACCOUNT)).toBe(1);
  const [found] = await opened.broker.store.load([id]);
  const jobId = found?.kind === "record" ? found.record.jobId : "";
  expect(await opened.broker.queues.isLive("send", ACCOUNT, jobId)).toBe(true);
});

test("a waiting message whose work order still lives gets no second one", async () => {
  await using opened = await openedBroker();
  const id = await opened.store(60_000, driven(opened, "s-alive"));
  await opened.broker.queues.add("send", ACCOUNT, [{ jobId: "s-alive", priority: "normal", ids: [id] }]);
  await sweep(opened);
  expect(await opened.broker.queues.waiting("send", ACCOUNT)).toBe(1);
  expect(await sweep(opened)).toBe(0);
});

test("messages whose time has come share one work order", async () => {
  await using opened = await openedBroker();
  for (let count = 0; count < 30; count += 1)
    await opened.store(10_000, { releaseAt: opened.clock.now() - 1 });
  await sweep(opened);
  expect(await opened.broker.queues.waiting("send", ACCOUNT)).toBe(1);
});

test("a message names its new order only once that is there: who dies in between keeps it from none", async () => {
  await using opened = await openedBroker();
  const { store, queues } = opened.broker;
  const before = await opened.store(60_000, driven(opened, "s-lost"));
  const alone = await opened.store(60_000, { ...driven(opened, "s-lost"), crashes: 1 });
  const isThere: boolean[] = [];
  const commit: typeof store.commit = async (changes, when) => {
    for (const { after } of changes) isThere.push(await queues.isLive("send", ACCOUNT, after.jobId));
    return await store.commit(changes, when);
  };
  await sweep({ ...opened, broker: { ...opened.broker, store: { ...store, commit } } });
  expect(isThere).toEqual([true, true]);
  // Whoever died with one of them in hand may have died of it.
  const orders = (await store.load([before, alone])).map((found) => "record" in found && found.record.jobId);
  expect(new Set(orders).size).toBe(2);
});

test("two sweepers at once drive each message once", async () => {
  await using opened = await openedBroker();
  for (let count = 0; count < 50; count += 1) await opened.store(1000);
  const taken = await Promise.all([sweep(opened), sweep(opened), sweep(opened)]);
  expect(taken.reduce((sum, count) => sum + count)).toBe(50);
});

test("an attempt whose lease ended leaves its message in doubt, and in no queue", async () => {
  await using opened = await openedBroker();
  const id = await opened.store(31_000, {
    ...OPEN_ATTEMPT,
    state: "sending",
    deadlineAt: opened.clock.now() - 1,
  });
  await sweep(opened);
  expect(await opened.stateOf(id)).toBe("unconfirmed");
  expect(await opened.broker.queues.waiting("send", ACCOUNT)).toBe(0);
});

test("every open message ends at its deadline without the queue's help", async () => {
  await using opened = await openedBroker();
  const deadlineAt = opened.clock.now() - 1;
  const accepted = { ...OPEN_ATTEMPT, attempts: [{ n: 1, account: ACCOUNT, verdict: "accepted" as const }] };
  const ids = [
    await opened.store(300_001, { deadlineAt }),
    await opened.store(300_001, { deadlineAt, state: "held", releaseAt: deadlineAt + 1000 }),
    await opened.store(300_001, { ...OPEN_ATTEMPT, deadlineAt, state: "unconfirmed" }),
    await opened.store(300_001, { ...accepted, deadlineAt, state: "submitted" }),
    await opened.store(300_001, { ...accepted, deadlineAt, state: "sent" }),
  ];
  await sweep(opened);
  const states = await Promise.all(ids.map((id) => opened.stateOf(id)));
  expect(states).toEqual(["expired", "expired", "unknown", "unknown", "unknown"]);
});

test("a record that cannot be read stays as it is and hinders no other", async () => {
  await using opened = await openedBroker();
  const bad = await opened.store(1000);
  const good = await opened.store(1000);
  const key = opened.broker.installation.keys.record(bad);
  await opened.link.redis.hset(key, "w", "99");
  const before = await opened.link.redis.hgetall(key);
  await sweep(opened);
  expect(await opened.link.redis.hgetall(key)).toEqual(before);
  const [found] = await opened.broker.store.load([good]);
  expect(found).toMatchObject({ record: { jobId: expect.stringContaining(good.slice(-12)) } });
});

test("the timer of a message that has no record any more is removed", async () => {
  await using opened = await openedBroker();
  const id = await opened.store(1000);
  const { keys } = opened.broker.installation;
  await opened.link.redis.del(keys.record(id));
  await sweep(opened);
  expect(await opened.link.redis.zscore(keys.timers(keys.partitionOf(id)), id)).toBeNull();
});
