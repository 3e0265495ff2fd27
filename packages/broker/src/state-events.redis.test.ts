import { stateEvent } from "@hermod/core/state-event";
import { expect, test } from "vitest";
import { openStore } from "../test/open-store.ts";
import { accepted, begun, CANARIES, idOf, queued, reported } from "../test/samples.ts";
import { decodeStateEvent, encodeStateFacts } from "./state-events.ts";

async function eventsIn(redis: Awaited<ReturnType<typeof openStore>>["redis"], stream: string) {
  const entries = await redis.xrange(stream, "-", "+");
  return entries.map(([, [, text = ""]]) => decodeStateEvent(text));
}

async function delivered(
  { store }: Awaited<ReturnType<typeof openStore>>,
  producer: string,
  ...numbers: number[]
) {
  let records = numbers.map((n) => queued(n, { producer }));
  await store.create(records);
  for (const change of [begun, accepted, reported]) {
    const results = await store.commit(records.map((before) => ({ before, after: change(before) })));
    records = results.flatMap((result) => (result.kind === "committed" ? [result.record] : []));
  }
}

test("every change of state is told once, and the final one to those who consume the producer's finals", async () => {
  const opened = await openStore();
  await delivered(opened, "shop", 1);
  const all = await eventsIn(opened.redis, opened.keys.events(0));
  expect(all.map((event) => event?.state)).toEqual(["sending", "submitted", "delivered"]);
  const finals = await eventsIn(opened.redis, opened.keys.finals(0, "shop"));
  expect(finals).toEqual([expect.objectContaining({ id: idOf(1), state: "delivered", attempts: 1 })]);
});

test("a change that loses the race, or is none, tells nothing", async () => {
  const { store, redis, keys } = await openStore();
  const record = queued(1);
  await store.create([record]);
  await store.commit([{ before: record, after: record, dueAt: 5 }]);
  await store.commit([{ before: record, after: begun(record) }]);
  await store.commit([{ before: record, after: begun(record) }]);
  expect(await redis.xlen(keys.events(0))).toBe(1);
});

test("an event holds neither number nor text nor parameters", async () => {
  const opened = await openStore();
  await delivered(opened, "shop", 1);
  const lying = JSON.stringify(await opened.redis.xrange(opened.keys.events(0), "-", "+"));
  for (const canary of Object.values(CANARIES)) expect(lying).not.toContain(canary);
});

test("no more events are kept than were asked for, and one producer's finals never push out another's", async () => {
  const opened = await openStore({ events: { keep: 100, keepFinals: 100 } });
  await delivered(opened, "quiet", 1);
  await delivered(opened, "loud", ...Array.from({ length: 320 }, (_, index) => index + 2));
  const { redis, keys } = opened;
  // Redis removes whole nodes of a hundred.
  expect(await redis.xlen(keys.events(0))).toBeLessThanOrEqual(200);
  expect(await redis.xlen(keys.finals(0, "loud"))).toBeLessThanOrEqual(200);
  expect(await redis.xlen(keys.finals(0, "quiet"))).toBe(1);
});

test("an event comes back as it was written, and what a newer version added is passed over", () => {
  const facts = {
    id: "m",
    producer: "shop",
    account: "a",
    state: "undelivered",
    reason: "by_network",
    code: "42",
    attempts: 2,
    at: 5000,
    acceptedAt: 1000,
    submittedAt: 2000,
    parts: 3,
    cost: "0.07",
    anomalies: ["accepted twice"],
  } as const;
  const { code: _, submittedAt: __, parts: ___, cost: ____, ...bare } = facts;
  for (const one of [facts, bare]) expect(decodeStateEvent(encodeStateFacts(one))).toEqual(stateEvent(one));
  const newer = JSON.stringify([...(JSON.parse(encodeStateFacts(facts)) as unknown[]), "more"]);
  expect(decodeStateEvent(newer)).toEqual(stateEvent(facts));
  expect(decodeStateEvent("[1]")).toBeUndefined();
});
