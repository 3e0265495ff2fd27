import type { MessageRecord } from "@hermod/core/record";
import { expect, test } from "vitest";
import { ACCOUNT, type OpenedBroker, openedBroker } from "../test/opened-broker.ts";
import { audit } from "./audit.ts";

const ACCEPTED: Partial<MessageRecord> = {
  attempt: 1,
  attempts: [{ n: 1, account: ACCOUNT, verdict: "accepted", providerId: "P" }],
};

/** Goes through everything once; returns how much was mended. */
async function auditAll(opened: OpenedBroker): Promise<number> {
  let mended = 0;
  let cursor = "";
  do {
    const page = await audit(opened, cursor);
    mended += page.mended;
    cursor = page.next;
  } while (cursor !== "");
  return mended;
}

async function entriesOf({ broker }: OpenedBroker, id: string) {
  const [found] = await broker.store.load([id]);
  if (found?.kind !== "record") throw new Error("no record");
  return (await broker.store.indexEntries([found.record]))[0];
}

async function deleteIndexes({ link, broker }: OpenedBroker): Promise<void> {
  const { keys } = broker.installation;
  for (let partition = 0; partition < keys.partitions; partition += 1) {
    await link.redis.del(keys.timers(partition));
    await link.redis.del(keys.due(partition, ACCOUNT));
    await link.redis.del(keys.held(partition, ACCOUNT));
  }
}

test("every open message gets back what its state needs after all indexes were lost", async () => {
  await using opened = await openedBroker();
  const deadlineAt = opened.clock.now() + 60_000;
  const queued = await opened.store(0);
  const submitted = await opened.store(0, { ...ACCEPTED, state: "submitted", deadlineAt });
  const held = await opened.store(0, { state: "held", reason: "account", deadlineAt, releaseAt: deadlineAt });
  await deleteIndexes(opened);
  expect(await auditAll(opened)).toBe(3);
  expect(await entriesOf(opened, queued)).toEqual({ timer: true, due: false, held: false });
  expect(await entriesOf(opened, submitted)).toEqual({ timer: true, due: true, held: false });
  expect(await entriesOf(opened, held)).toEqual({ timer: true, due: false, held: true });
  expect(await auditAll(opened)).toBe(0);
});

test("what is complete, and what is final, is left alone", async () => {
  await using opened = await openedBroker();
  const id = await opened.store(0, { ...ACCEPTED, state: "delivered", deadlineAt: 0 });
  await opened.store(0);
  await deleteIndexes(opened);
  expect(await auditAll(opened)).toBe(1);
  expect(await entriesOf(opened, id)).toEqual({ timer: false, due: false, held: false });
});

test("what is past its deadline is not asked about any more", async () => {
  await using opened = await openedBroker();
  const id = await opened.store(0, { ...ACCEPTED, state: "sent", deadlineAt: opened.clock.now() - 1 });
  await deleteIndexes(opened);
  expect(await auditAll(opened)).toBe(1);
  expect(await entriesOf(opened, id)).toEqual({ timer: true, due: false, held: false });
});

test("questions that were lost are spread over a minute", async () => {
  await using opened = await openedBroker();
  const deadlineAt = opened.clock.now() + 60_000;
  const id = await opened.store(0, { ...ACCEPTED, state: "sent", deadlineAt });
  await auditAll(opened);
  const { keys } = opened.broker.installation;
  const due = await opened.link.redis.zscore(keys.due(keys.partitionOf(id), ACCOUNT), id);
  expect(Number(due) - opened.clock.now()).toBeGreaterThan(25_000);
});
