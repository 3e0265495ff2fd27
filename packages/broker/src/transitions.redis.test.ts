import type { Transition } from "@hermod/core/transition";
import { expect, test } from "vitest";
import { openStore } from "../test/open-store.ts";
import { accepted, begun, queued, reported } from "../test/samples.ts";

async function watchedStore() {
  const told: Transition[] = [];
  const { store } = await openStore({ onTransition: (transition) => told.push(transition) });
  return { store, told, states: () => told.map(({ entered }) => entered?.state) };
}

test("each committed change is told once, with what it means", async () => {
  const { store, states } = await watchedStore();
  const record = queued(1);
  await store.create([record]);
  const [begin] = await store.commit([{ before: record, after: begun(record) }]);
  if (begin?.kind !== "committed") throw new Error("not committed");
  await store.change(record.id, (current) => ({ after: accepted(current) }));
  await store.change(record.id, (current) => ({ after: reported(current) }));
  expect(states()).toEqual(["sending", "submitted", "delivered"]);
});

test("a change that came too late, or changed nothing, is not told", async () => {
  const { store, states } = await watchedStore();
  const record = queued(1);
  await store.create([record]);
  await store.commit([{ before: record, after: begun(record) }]);
  await store.commit([{ before: record, after: begun(record) }]);
  await store.change(record.id, (current) => ({ after: current }));
  await store.change(record.id, (current) => ({ after: current, dueAt: 5 }));
  await store.commit([{ before: queued(2), after: begun(queued(2)) }]);
  expect(states()).toEqual(["sending"]);
});
