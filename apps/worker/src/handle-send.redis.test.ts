import { setTimeout } from "node:timers/promises";
import { apply } from "@hermod/core/apply";
import type { Decision } from "@hermod/core/decision";
import { explain } from "@hermod/core/explain";
import type { Outcome } from "@hermod/core/outcome";
import { expect, test } from "vitest";
import { openedAccount } from "../test/opened-account.ts";
import type { AccountContext } from "./account-context.ts";
import { finish } from "./attempt.ts";
import { handleSend } from "./handle-send.ts";

const NEVER = new AbortController().signal;

/** Carries an order out as its queue does: on a slow machine it gives its place back, and comes again at once. */
async function carryOut(context: AccountContext, ids: readonly string[]): Promise<Decision> {
  for (;;) {
    const decision = await handleSend(context, ids, NEVER);
    if (decision.kind !== "retry" || decision.afterMs > 0) return decision;
  }
}

test("messages of an order are written once each, with a reference of their own", async () => {
  await using opened = await openedAccount();
  const ids = await opened.store(25);
  expect(await carryOut(opened.context, ids)).toEqual({ kind: "done" });
  expect(opened.written.map(({ id }) => id).sort()).toEqual([...ids].sort());
  expect(new Set(opened.written.map(({ reference }) => reference)).size).toBe(25);
  expect(await carryOut(opened.context, ids)).toEqual({ kind: "done" });
  expect(opened.written).toHaveLength(25);
});

test("what a message waited behind others of its account is told apart from waiting for a worker", async () => {
  await using opened = await openedAccount();
  const { pacer } = opened.context.broker;
  await pacer.reserve("main", "send", 800, { perSecond: 1000, mostAwayMs: 1 });
  const [id = ""] = await opened.store(1);
  await carryOut(opened.context, [id]);
  const { waits } = explain(await opened.recordOf(id), opened.context.clock.now());
  expect(waits.find(({ cause }) => cause === "rate")?.ms).toBeGreaterThan(300);
});

test("two workers with the same order write each message once", async () => {
  await using opened = await openedAccount();
  const ids = await opened.store(20);
  await Promise.all([
    carryOut(opened.context, ids),
    carryOut({ ...opened.context }, ids),
    carryOut({ ...opened.context }, [...ids].reverse()),
  ]);
  expect(opened.written.map(({ id }) => id).sort()).toEqual([...ids].sort());
});

test("an attempt that begins and then gets no slot is given back, and nobody is in doubt about it", async () => {
  let reserved = 0;
  await using opened = await openedAccount({
    broker: (real) => ({
      ...real,
      pacer: {
        ...real.pacer,
        reserve: async (...asked) => {
          reserved += 1;
          // The first one lies in the past, so that each message asks for another; then Redis refuses.
          if (reserved > 1) throw new Error("READONLY");
          return { ...(await real.pacer.reserve(...asked)), firstAt: performance.now() - 10_000 };
        },
      },
    }),
  });
  const ids = await opened.store(3);
  expect(await handleSend(opened.context, ids, NEVER)).toEqual({ kind: "retry", afterMs: 0 });
  expect(opened.written).toEqual([]);
  for (const id of ids) expect(await opened.recordOf(id)).toMatchObject({ state: "queued", spent: 0 });
  expect((await opened.context.permits.take(9, NEVER))?.count).toBe(4);
});

test("an intent whose recording was answered with silence, and repeated, is still one's own", async () => {
  let lost = true;
  await using opened = await openedAccount({
    broker: (real) => ({
      ...real,
      store: {
        ...real.store,
        commit: async (...changes) => {
          const committed = await real.store.commit(...changes);
          if (!lost) return committed;
          lost = false;
          return committed.map(() => ({ kind: "moved" as const }));
        },
      },
    }),
  });
  const ids = await opened.store(3);
  expect(await handleSend(opened.context, ids, NEVER)).toEqual({ kind: "done" });
  expect(opened.written).toHaveLength(3);
});

test("a message that nobody died over keeps no mark of it, whether it cannot be begun or may not go", async () => {
  let refuses = true;
  await using opened = await openedAccount({
    broker: (real) => ({
      ...real,
      store: {
        ...real.store,
        commit: async (changes, when = "ifMemory") =>
          refuses && when === "ifMemory"
            ? changes.map(() => ({ kind: "failed" as const, error: new Error("OOM") }))
            : await real.store.commit(changes, when),
      },
    }),
  });
  const [id = ""] = await opened.store(1);
  // As often as an order that stalled once comes back while Redis is out of memory.
  for (let times = 0; times < 6; times += 1) {
    await expect(handleSend(opened.context, [id], NEVER, 1)).rejects.toThrow("OOM");
  }
  expect(await opened.recordOf(id)).toMatchObject({ state: "queued", crashes: 0 });
  refuses = false;
  await opened.context.broker.breakers.trip("main", "balance", 60_000);
  await handleSend(opened.context, [id], NEVER, 1);
  expect(await opened.recordOf(id)).toMatchObject({ state: "held", crashes: 0 });
});

test("an order that somebody died over comes to its last message, however slow Redis is", async () => {
  const slow = <Arguments extends readonly unknown[], Result>(
    act: (...all: Arguments) => Promise<Result>,
  ) => {
    return async (...all: Arguments): Promise<Result> => {
      await setTimeout(20);
      return await act(...all);
    };
  };
  await using opened = await openedAccount({
    broker: (real) => {
      const { load, change } = real.store;
      return { ...real, store: { ...real.store, load: slow(load), change: slow(change) } };
    },
  });
  const over = await opened.store(40);
  expect(await carryOut(opened.context, over)).toEqual({ kind: "done" });
  const [last = ""] = await opened.store(1);
  expect(await handleSend(opened.context, [...over, last], NEVER, 1)).toEqual({ kind: "done" });
  expect(opened.written.at(-1)).toMatchObject({ id: last });
});

test("an account that rests sends its order back for later and holds no connection meanwhile", async () => {
  await using opened = await openedAccount();
  const ids = await opened.store(3);
  await opened.context.broker.pacer.rest("main", "send", 60_000);
  expect(await handleSend(opened.context, ids, NEVER)).toEqual({ kind: "retry", afterMs: 10_000 });
  expect((await opened.context.permits.take(9, NEVER))?.count).toBe(4);
});

test("a provider that takes a message and has enough then rests its account in all processes, and no attempt is spent", async () => {
  await using opened = await openedAccount({
    answer: () => ({ kind: "accepted", providerId: "P", restMs: 60_000 }),
  });
  const ids = await opened.store(10);
  expect(await handleSend(opened.context, ids, NEVER)).toEqual({ kind: "throttle", forMs: 60_000 });
  // No more than were on their way together.
  expect(opened.written.length).toBeLessThanOrEqual(4);
  const taken = new Set(opened.written.map(({ id }) => id));
  for (const id of ids) {
    const record = await opened.recordOf(id);
    expect(record).toMatchObject({ state: taken.has(id) ? "submitted" : "queued", spent: 0 });
  }
  const limits = { perSecond: 10, mostAwayMs: 0 };
  expect(await opened.context.broker.pacer.reserve("main", "send", 1, limits)).toMatchObject({
    kind: "busy",
  });
});

test("a message in doubt, which is never held, tries an account at fault itself when it is time", async () => {
  await using opened = await openedAccount();
  const terms = { ...opened.context.terms, resolution: "repeat" } as const;
  const context = { ...opened.context, terms };
  const { store, breakers } = context.broker;
  const [id = ""] = await opened.store(1);
  await store.change(id, (record) => {
    const at = context.clock.now();
    const begun = apply(record, { type: "begin", at, owner: "w", terms });
    const outcome = { kind: "maybeSent", phase: "answer", evidence: "reset" } as const;
    const lost = { type: "outcome", at: at - terms.settleMs, attempt: 1, outcome, terms, chance: 0 } as const;
    return { after: apply(begun, lost) };
  });
  await breakers.trip("main", "unavailable", 60_000);
  await handleSend(context, [id], NEVER);
  const waiting = await opened.recordOf(id);
  expect(waiting).toMatchObject({ state: "unconfirmed", attempt: 1 });
  expect(waiting.releaseAt).toBeGreaterThan(context.clock.now());
  await store.change(id, (record) => ({ after: { ...record, releaseAt: 1 } }));
  await breakers.trip("main", "unavailable", 0);
  await handleSend(context, [id], NEVER);
  expect(opened.written.map((message) => message.id)).toEqual([id]);
  expect(await opened.recordOf(id)).toMatchObject({ state: "submitted", attempt: 2 });
  expect(await breakers.get("main")).toBeUndefined();
});

test("an acceptance that comes after the message ended as unknown is followed up", async () => {
  await using opened = await openedAccount();
  const { context } = opened;
  const [id = ""] = await opened.store(1);
  const { terms } = context;
  const { store } = context.broker;
  let begun = await opened.recordOf(id);
  await store.change(id, (record) => {
    const sending = apply(record, { type: "begin", at: context.clock.now(), owner: "w", terms });
    begun = sending;
    const unconfirmed = apply(sending, { type: "timer", at: sending.deadlineAt, terms });
    return { after: apply(unconfirmed, { type: "timer", at: unconfirmed.deadlineAt, terms }) };
  });
  await finish(context, begun, { kind: "accepted", providerId: "P" });
  expect(await opened.recordOf(id)).toMatchObject({ state: "unknown", attempts: [{ providerId: "P" }] });
  expect(await store.indexEntries([await opened.recordOf(id)])).toMatchObject([{ due: true }]);
});

test("a number that came onto the stop list after its message was taken gets nothing, and the others do", async () => {
  await using opened = await openedAccount();
  const { broker } = opened.context;
  const ids = await opened.store(3);
  const [first = "", ...others] = ids;
  await broker.store.change(first, (record) => ({ after: { ...record, to: "+84836100001" } }));
  const hash = broker.installation.numberHash("+84836100001");
  await broker.suppression.add(undefined, [{ hash, source: "operator", at: 1 }]);
  expect(await carryOut(opened.context, ids)).toEqual({ kind: "done" });
  expect(opened.written.map(({ id }) => id).sort()).toEqual([...others].sort());
  expect(await opened.recordOf(first)).toMatchObject({ state: "suppressed", code: "everyone", attempt: 0 });
});

test("messages that share a request have an outcome each, and a request is no larger than the account says", async () => {
  let answered = 0;
  const refusal = { kind: "rejected", scope: "recipient", code: "stop", providerCode: "7" } as const;
  const answer = (): Outcome => {
    answered += 1;
    return answered % 2 === 0 ? refusal : { kind: "accepted", providerId: `P${answered}` };
  };
  await using opened = await openedAccount({ sendBatch: 5, answer });
  const sizes: number[] = [];
  const { provider } = opened.context;
  const send: typeof provider.send = async (messages, signal) => {
    sizes.push(messages.length);
    return await provider.send(messages, signal);
  };
  const ids = await opened.store(12);
  await carryOut({ ...opened.context, provider: { ...provider, send } }, ids);
  expect(sizes.sort()).toEqual([2, 5, 5]);
  const states = await Promise.all(ids.map(async (id) => (await opened.recordOf(id)).state));
  expect(states.filter((state) => state === "submitted")).toHaveLength(6);
  expect(states.filter((state) => state === "rejected")).toHaveLength(6);
});
