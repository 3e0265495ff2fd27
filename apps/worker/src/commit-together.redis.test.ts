import { expect, test } from "vitest";
import { openedAccount } from "../test/opened-account.ts";
import { openTogether } from "./commit-together.ts";

test("much that is learned at once is recorded in parts, and others have their turn between them", async () => {
  const parts: { readonly turn: number; readonly size: number }[] = [];
  let turn = 0;
  await using opened = await openedAccount();
  const { store, context, recordOf } = opened;
  const ids = await store(100);
  const records = await Promise.all(ids.map(async (id) => await recordOf(id)));
  const commitTogether = openTogether(
    {
      ...context.broker.store,
      commit(changes, when) {
        parts.push({ turn, size: changes.length });
        return context.broker.store.commit(changes, when);
      },
    },
    () => {},
  );
  using _ = countingTurns(() => {
    turn += 1;
  });
  const at = context.clock.now();
  await Promise.all(
    records.map((record) => record && commitTogether(record, (now) => ({ after: { ...now, drivenAt: at } }))),
  );
  expect(parts.map(({ size }) => size)).toEqual([32, 32, 32, 4]);
  expect(new Set(parts.map((part) => part.turn)).size).toBe(4);
  const stored = await Promise.all(ids.map(async (id) => (await recordOf(id))?.drivenAt));
  expect(stored).toEqual(ids.map(() => at));
});

function countingTurns(count: () => void): Disposable {
  let next = setImmediate(again);
  function again(): void {
    count();
    next = setImmediate(again);
  }
  return { [Symbol.dispose]: () => clearImmediate(next) };
}
