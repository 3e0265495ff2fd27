import { apply } from "@hermod/core/apply";
import type { Outcome } from "@hermod/core/outcome";
import { expect, test } from "vitest";
import { type Announced, message, openAnnounced, untilItMayBegin } from "../test/announced.ts";

const TERMS = {
  leaseMs: 30_000,
  settleMs: 1000,
  horizonMs: 60_000,
  retryDelaysMs: [],
  failoverAfterMs: 1000,
  resolution: "none" as const,
};

/** Another process keeps texts for a day, so that there is something to replay. */
async function ended({ hermod, broker, link }: Announced, outcome: Outcome, more = {}): Promise<string> {
  const { id } = await hermod.send(message(more));
  await untilItMayBegin(broker, link, id);
  await broker.store.change(id, (record) => {
    const at = link.clock.now();
    const begun = apply(record, { type: "begin", at, owner: "test", terms: TERMS });
    const event = { type: "outcome", at, attempt: 1, outcome, terms: TERMS, chance: 0 } as const;
    return { after: apply(begun, event) };
  });
  return id;
}

const REFUSED: Outcome = { kind: "rejected", scope: "message", code: "bad", providerCode: "-2" };
const CONNECT: Outcome = { kind: "notSent", phase: "connect" };

test("what came to nothing is sent once more as a new message that says which it was, and once only", async () => {
  await using announced = await openAnnounced({ textMs: 86_400_000 });
  const { hermod, broker } = announced;
  const failed = await ended(announced, CONNECT, { metadata: { order: "42" } });
  const rejected = await ended(announced, REFUSED);
  const filter = { states: ["failed" as const], since: 0 };
  const plan = await hermod.planReplay(filter);
  expect(plan).toMatchObject({ found: 1, goes: 1, maybeSent: 0, couldDuplicate: 0, withoutPrice: 1 });
  expect(await broker.queues.waiting("send", "templates")).toBe(2);

  const { sent, refused } = await hermod.replay(filter);
  expect(refused).toEqual([]);
  expect(sent).toHaveLength(1);
  const view = await hermod.get(sent[0]?.id ?? "");
  expect(view).toMatchObject({ state: "queued", metadata: { order: "42", replayOf: failed } });
  expect((await hermod.get(failed))?.state).toBe("failed");
  expect((await hermod.get(rejected))?.state).toBe("rejected");

  expect(await hermod.replay(filter)).toMatchObject({ found: 1, replayedBefore: 1, goes: 0, sent: [] });
});

test("what has no text any more is told, and not sent", async () => {
  await using announced = await openAnnounced();
  const { hermod } = announced;
  await ended(announced, CONNECT);
  expect(await hermod.replay({ states: ["failed"], since: 0 })).toMatchObject({
    found: 1,
    withoutText: 1,
    goes: 0,
    sent: [],
  });
});

test("what may have been sent goes only when it is asked for", async () => {
  await using announced = await openAnnounced({ textMs: 86_400_000 });
  const { hermod, broker, link } = announced;
  const id = await ended(announced, { kind: "maybeSent", phase: "headers", evidence: "reset" });
  await broker.store.change(id, (record) => ({
    after: apply(record, { type: "timer", at: link.clock.now() + 172_900_000, terms: TERMS }),
  }));
  expect((await hermod.get(id))?.state).toBe("unknown");
  const filter = { states: ["unknown" as const], since: 0, expiresInMs: 60_000 };
  expect(await hermod.replay(filter)).toMatchObject({ found: 1, maybeSent: 1, goes: 0, sent: [] });
  const all = await hermod.replay({ ...filter, evenIfMaybeSent: true });
  expect(all).toMatchObject({ goes: 1, couldDuplicate: 1 });
  expect(all.sent).toHaveLength(1);
});

test("the price is told from what messages of the account came to of late", async () => {
  await using announced = await openAnnounced({ textMs: 86_400_000 });
  const { hermod, broker, link } = announced;
  await ended(announced, CONNECT);
  const { id } = await hermod.send(message());
  await untilItMayBegin(broker, link, id);
  await broker.store.change(id, (record) => {
    const at = link.clock.now();
    const begun = apply(record, { type: "begin", at, owner: "test", terms: TERMS });
    const report = { kind: "delivered", word: "ok", cost: "1.50", parts: 1 } as const;
    const terms = { ...TERMS, currency: "VND" };
    return { after: apply(begun, { type: "report", at, report, terms }) };
  });
  expect(await hermod.planReplay({ states: ["failed"], since: 0 })).toMatchObject({
    goes: 1,
    aboutCost: { VND: 1.5 },
    withoutPrice: 0,
  });
});
