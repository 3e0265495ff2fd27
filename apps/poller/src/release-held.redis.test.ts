import { apply } from "@hermod/core/apply";
import { expect, test } from "vitest";
import { ACCOUNT, type OpenedBroker, openedBroker } from "../test/opened-broker.ts";
import { releaseHeld } from "./release-held.ts";

const PROBE_MS = 60_000;

/** Messages of the account that were held so long ago, the oldest first. */
async function held(
  opened: OpenedBroker,
  count: number,
  priority: "urgent" | "bulk" = "bulk",
  agoMs = 5000,
): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) ids.push(await opened.store(10_000 - n, { priority }));
  const { terms } = opened.termsOf(ACCOUNT);
  for (const id of ids) {
    await opened.broker.store.change(id, (record) => ({
      after: apply(record, { type: "hold", at: opened.clock.now() - agoMs, code: "balance", terms }),
    }));
  }
  return ids;
}

const release = ({ broker, clock }: OpenedBroker) => releaseHeld(broker, clock, ACCOUNT, 30_000);

const statesOf = (opened: OpenedBroker, ids: readonly string[]) => Promise.all(ids.map(opened.stateOf));

test("what is held goes on once the account's breaker is closed, urgent messages first and each lane in its order", async () => {
  await using opened = await openedBroker();
  const bulk = await held(opened, 3);
  const urgent = await held(opened, 1, "urgent");
  expect(await opened.broker.store.firstHeld(ACCOUNT, 10)).toEqual([...urgent, ...bulk]);
  expect(await release(opened)).toBe(4);
  expect(await statesOf(opened, [...bulk, ...urgent])).toEqual(["queued", "queued", "queued", "queued"]);
  expect(await opened.broker.store.firstHeld(ACCOUNT, 10)).toEqual([]);
  expect(await opened.broker.queues.waiting("send", ACCOUNT)).toBe(2);
});

test("what was held a moment ago is left alone, since its account's breaker is about to open", async () => {
  await using opened = await openedBroker();
  const [before = ""] = await held(opened, 1);
  const [now = ""] = await held(opened, 1, "urgent", 0);
  expect(await release(opened)).toBe(1);
  expect(await statesOf(opened, [before, now])).toEqual(["queued", "held"]);
});

test("nothing goes on while the breaker is open and it is not yet time to try", async () => {
  await using opened = await openedBroker();
  const ids = await held(opened, 2);
  expect(await opened.broker.breakers.trip(ACCOUNT, "balance", PROBE_MS)).toBe(true);
  expect(await release(opened)).toBe(0);
  expect(await statesOf(opened, ids)).toEqual(["held", "held"]);
});

test("one message alone tries the account, whoever looks, and the others wait for what becomes of it", async () => {
  await using opened = await openedBroker();
  const ids = await held(opened, 3);
  await opened.broker.breakers.trip(ACCOUNT, "balance", 0);
  const released = await Promise.all([release(opened), release(opened), release(opened)]);
  expect(released.toSorted()).toEqual([0, 0, 1]);
  expect(await release(opened)).toBe(0);
  expect(await statesOf(opened, ids)).toEqual(["queued", "held", "held"]);
  const [probe = ""] = ids;
  expect(await opened.broker.breakers.close(ACCOUNT, ids[1] ?? "")).toBe(false);
  expect(await opened.broker.breakers.close(ACCOUNT, probe)).toBe(true);
  expect(await release(opened)).toBe(2);
});

test("an account that an operator stopped is not tried, and goes on when the operator says so", async () => {
  await using opened = await openedBroker();
  await held(opened, 1);
  await opened.broker.breakers.trip(ACCOUNT, "balance", 0);
  await opened.broker.breakers.stop(ACCOUNT);
  await opened.broker.breakers.trip(ACCOUNT, "balance", 0);
  expect(await opened.broker.breakers.get(ACCOUNT)).toMatchObject({ code: "stopped" });
  expect(await release(opened)).toBe(0);
  await opened.broker.breakers.release(ACCOUNT);
  expect(await release(opened)).toBe(1);
});
