import { randomUUID } from "node:crypto";
import { apply } from "@hermod/core/apply";
import type { Decision } from "@hermod/core/decision";
import type { AccountContext } from "./account-context.ts";
import { isGivenBack, loadReady, restMsAfter, type Sent, sendSome } from "./send-some.ts";

/** An order gives its place back after this time: what is left of it goes to the head of its lane. */
const IN_HAND_MS = 2000;

/** An order whose account rests for long looks again after this time. */
const COME_BACK_MS = 10_000;

const GIVE_BACK: Decision = { kind: "retry", afterMs: 0 };
const NEVER = new AbortController().signal;

/**
 * Carries out a send order: for as many of its messages as may go at once, wait for their slots, record the intent, write,
 * record the outcome; meanwhile the next ones. What must wait longer leaves the order and comes back by its timer. `yields` is
 * aborted when a more urgent order waits for the place.
 */
export async function handleSend(
  context: AccountContext,
  ids: readonly string[],
  stop: AbortSignal,
  stalls = 0,
  { yields = NEVER, priority = 1 }: { readonly yields?: AbortSignal; readonly priority?: number } = {},
): Promise<Decision> {
  await context.reached?.("send-taken");
  const startedAt = performance.now();
  const order = { stop, yields, priority, until: startedAt + IN_HAND_MS };
  // Each takes several round trips when it goes alone: those that are over must not keep the order from what follows them.
  const parts = stalls > 0 ? (await loadReady(context, ids)).map(({ id }) => [id]) : [ids];
  let again = false;
  for (const part of parts) {
    const sent = await (stalls > 0 ? sendSuspect : sendSome)(context, part, order);
    const restMs = Math.max(0, ...sent.outcomes.map(restMsAfter));
    if (restMs > 0) return { kind: "throttle", forMs: restMs };
    const { waitMs } = sent;
    if (waitMs !== undefined) return { kind: "retry", afterMs: Math.min(Math.ceil(waitMs), COME_BACK_MS) };
    again ||= sent.isLeft || sent.outcomes.some(isGivenBack);
    const isOver = stop.aborted || yields.aborted || performance.now() > order.until;
    if (isOver && part !== parts.at(-1)) return GIVE_BACK;
  }
  return again ? GIVE_BACK : { kind: "done" };
}

/**
 * A message of an order that somebody died over, alone: if it is the one that kills, it is counted, and the others go on
 * without it. Whoever lives takes the mark back, unless an outcome did.
 */
async function sendSuspect(
  context: AccountContext,
  ids: readonly string[],
  order: Parameters<typeof sendSome>[2],
): Promise<Sent> {
  const { broker, clock } = context;
  const [id = ""] = ids;
  const owner = randomUUID().slice(0, 8);
  const mark = (by: 1 | -1) =>
    broker.store.change(id, (record) => ({
      after: apply(record, { type: "suspect", at: clock.now(), owner, by }),
    }));
  await mark(1);
  const sent = await sendSome(context, [id], order).catch(async (error: unknown) => {
    await mark(-1);
    throw error;
  });
  if (sent.outcomes.length === 0) await mark(-1);
  return sent;
}
