import { apply } from "@hermod/core/apply";
import { expect, test } from "vitest";
import { openedAccount } from "../test/opened-account.ts";
import { handleSend } from "./handle-send.ts";

const NEVER = new AbortController().signal;

test("messages of an account at fault are held, also those that somebody moves just then", async () => {
  let moves = true;
  await using opened = await openedAccount({
    broker: (real) => ({
      ...real,
      store: {
        ...real.store,
        async commit(changes, when) {
          const [first] = changes;
          if (moves && first !== undefined) {
            moves = false;
            const event = { type: "drive", at: first.before.drivenAt + 1, jobId: "s-another" } as const;
            await real.store.change(first.before.id, (record) => ({ after: apply(record, event) }));
          }
          return await real.store.commit(changes, when);
        },
      },
    }),
  });
  const ids = await opened.store(3);
  await opened.context.broker.breakers.trip("main", "balance", 60_000);
  expect(await handleSend(opened.context, ids, NEVER)).toEqual({ kind: "done" });
  const states = await Promise.all(ids.map(async (id) => (await opened.recordOf(id))?.state));
  expect(states).toEqual(["held", "held", "held"]);
  expect(moves).toBe(false);
});
