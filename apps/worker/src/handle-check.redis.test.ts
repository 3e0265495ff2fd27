import { exactScore } from "@hermod/core/polling/due-score";
import type { StatusAnswer } from "@hermod/core/report";
import { expect, test } from "vitest";
import { type OpenedAccount, openedAccount } from "../test/opened-account.ts";
import type { AccountContext } from "./account-context.ts";
import { begin, finish } from "./attempt.ts";
import { handleCheck } from "./handle-check.ts";

const NEVER = new AbortController().signal;
const CLAIM = { batch: 1, maxMs: 1000, perSecond: 1000, requests: 100, leaseMs: 60_000, grouped: false };

/** Messages that the provider has, due now. */
async function followed(opened: OpenedAccount, count: number): Promise<string[]> {
  const { context } = opened;
  const ids = await opened.store(count);
  const { records } = await begin(context, await Promise.all(ids.map((id) => opened.recordOf(id))));
  for (const record of records) await finish(context, record, { kind: "accepted", providerId: record.id });
  for (const id of ids) {
    await context.broker.store.change(id, (record) => {
      return { after: record, dueAt: exactScore(context.clock.now()) };
    });
  }
  return ids;
}

/** The account as its provider answers status requests now, and the ids that it was asked about. */
function asking({ context }: OpenedAccount, answer: (id: string) => Promise<StatusAnswer>) {
  const asked: string[] = [];
  const answering: AccountContext = {
    ...context,
    provider: {
      ...context.provider,
      async status(messages) {
        asked.push(...messages.map(({ id }) => id));
        return new Map(await Promise.all(messages.map(async ({ id }) => [id, await answer(id)] as const)));
      },
    },
  };
  return { context: answering, asked };
}

const DELIVERED: StatusAnswer = { kind: "report", report: { kind: "delivered", word: "delivered" } };
const REFUSED: StatusAnswer = { kind: "unavailable", reason: "http_503" };

test("two orders that hold the same message ask about it once", async () => {
  await using opened = await openedAccount();
  const ids = await followed(opened, 3);
  await opened.context.broker.due.claim("main", CLAIM);
  const { context, asked } = asking(opened, async () => DELIVERED);
  await Promise.all([handleCheck(context, ids, NEVER), handleCheck(context, ids, NEVER)]);
  expect(asked.toSorted()).toEqual(ids.toSorted());
  for (const id of ids) expect(await opened.recordOf(id)).toMatchObject({ state: "delivered" });
});

test("what is to stop asks nobody, and gives back what it took", async () => {
  await using opened = await openedAccount();
  const ids = await followed(opened, 3);
  const { due } = opened.context.broker;
  await due.claim("main", CLAIM);
  const { context, asked } = asking(opened, async () => DELIVERED);
  await handleCheck(context, ids, AbortSignal.abort());
  expect(asked).toEqual([]);
  expect((await due.claim("main", CLAIM)).flat().toSorted()).toEqual(ids.toSorted());
});

test("after a refusal nobody asks, in no order, until one request tried and was answered", async () => {
  await using opened = await openedAccount();
  const ids = await followed(opened, 4);
  const { due, pauses } = opened.context.broker;
  await due.claim("main", CLAIM);
  const [first = "", ...others] = ids;
  const refusing = asking(opened, async () => REFUSED);
  const askedAt = refusing.context.clock.now();
  await handleCheck(refusing.context, [first], NEVER);
  expect(refusing.asked).toEqual([first]);
  expect(await opened.recordOf(first)).toMatchObject({ state: "submitted", checks: 1 });

  const { context, asked } = asking(opened, async () => DELIVERED);
  await handleCheck(context, others, NEVER);
  expect(asked).toEqual([]);

  const { probeAt = 0 } = (await pauses.get("main")) ?? {};
  expect(probeAt - askedAt).toBeGreaterThan(context.following.poll.minMs / 2);
  const [probe = ""] = others;
  await expect.poll(() => pauses.probe("main", probe, 30_000), { timeout: 5000 }).toBe(true);
  await due.claim("main", CLAIM);
  await handleCheck(context, [probe], NEVER);
  expect(asked).toEqual([probe]);
  expect(await pauses.get("main")).toBeUndefined();
  await handleCheck(context, others, NEVER);
  expect(asked.toSorted()).toEqual(others.toSorted());
});

test("a request that is refused keeps back those that wait for their slot in other orders", async () => {
  await using opened = await openedAccount();
  const slow = { ...opened.context.account, statusPerSecond: 2 };
  const ids = await followed(opened, 4);
  await opened.context.broker.due.claim("main", CLAIM);
  const { context, asked } = asking(opened, async () => REFUSED);
  const own = { ...context, account: slow, slots: opened.slotsOf(slow) };
  await Promise.all([handleCheck(own, ids.slice(0, 2), NEVER), handleCheck(own, ids.slice(2), NEVER)]);
  expect(asked).toHaveLength(1);
});
