import { connectRedis } from "@hermod/broker/connect";
import { isolatedRedis } from "@hermod/testing/isolated-redis";
import { expect, test } from "vitest";
import { openedAccount } from "../test/opened-account.ts";
import type { AccountContext } from "./account-context.ts";
import { handleSend } from "./handle-send.ts";

const NEVER = new AbortController().signal;

/** On a slow machine its slot may have gone by, and the order comes again at once. */
async function carryOut(context: AccountContext, id: string): Promise<void> {
  while ((await handleSend(context, [id], NEVER)).kind === "retry");
}

test("orders of one message that come together go through each round trip together", async () => {
  const sizes = {
    loaded: [] as number[],
    reserved: [] as number[],
    numbered: [] as number[],
    begun: [] as number[],
  };
  await using opened = await openedAccount({
    broker: (real) => ({
      ...real,
      store: {
        ...real.store,
        async load(ids) {
          sizes.loaded.push(ids.length);
          return await real.store.load(ids);
        },
        async commit(changes, when) {
          sizes.begun.push(changes.length);
          return await real.store.commit(changes, when);
        },
      },
      references: {
        async allocate(count) {
          sizes.numbered.push(count);
          return await real.references.allocate(count);
        },
      },
      pacer: {
        ...real.pacer,
        async reserve(account, what, slots, limits) {
          sizes.reserved.push(Number(slots));
          return await real.pacer.reserve(account, what, slots, limits);
        },
      },
    }),
  });
  const ids = await opened.store(20);
  await Promise.all(ids.map(async (id) => await carryOut(opened.context, id)));
  const first = Object.fromEntries(Object.entries(sizes).map(([what, [size]]) => [what, size]));
  expect(first).toEqual({ loaded: 20, reserved: 20, numbered: 20, begun: 20 });
  expect(opened.written.map(({ id }) => id).sort()).toEqual([...ids].sort());
  expect(new Set(opened.written.map(({ reference }) => reference)).size).toBe(20);
});

test("a record that Redis cannot read keeps no order waiting but its own", async () => {
  await using opened = await openedAccount();
  const { context } = opened;
  const [bad = "", ...others] = await opened.store(4);
  await using link = await connectRedis(isolatedRedis().url, "process");
  await link.redis.set(context.broker.installation.keys.record(bad), "no hash");
  const orders = await Promise.allSettled([bad, ...others].map((id) => carryOut(context, id)));
  expect(orders.map(({ status }) => status)).toEqual(["rejected", ...others.map(() => "fulfilled")]);
  expect(opened.written.map(({ id }) => id).sort()).toEqual([...others].sort());
});
