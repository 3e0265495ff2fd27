import { apply } from "@hermod/core/apply";
import { expect, test } from "vitest";
import { openedAccount } from "../test/opened-account.ts";
import { begin } from "./attempt.ts";

test("a message that the poller looked after while its order waited for a slot is begun all the same", async () => {
  await using opened = await openedAccount();
  const { broker, clock } = opened.context;
  const ids = await opened.store(3);
  const ready = await Promise.all(ids.map((id) => opened.recordOf(id)));
  for (const id of ids) {
    await broker.store.change(id, (record) => ({
      after: apply(record, { type: "drive", at: clock.now(), jobId: record.jobId }),
    }));
  }
  const { records } = await begin(opened.context, ready);
  expect(records.map(({ id }) => id)).toEqual(ids);
  const references = records.map((record) => record.references?.["main"]);
  expect(new Set(references).size).toBe(3);
});

test("a message that was canceled, begun by somebody else, or went on to another account meanwhile is not begun", async () => {
  await using opened = await openedAccount();
  const { broker, clock } = opened.context;
  const ids = await opened.store(4);
  const ready = await Promise.all(ids.map((id) => opened.recordOf(id)));
  const [canceled = "", taken = "", gone = "", free = ""] = ids;
  await broker.store.change(canceled, (record) => ({
    after: apply(record, { type: "cancel", at: clock.now() }),
  }));
  await broker.store.change(gone, (record) => ({ after: { ...record, account: "other" } }));
  await begin(opened.context, [await opened.recordOf(taken)]);
  const { records } = await begin(opened.context, ready);
  expect(records.map(({ id }) => id)).toEqual([free]);
});
