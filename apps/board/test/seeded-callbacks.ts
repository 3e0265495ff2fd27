import { openCallbackQueues } from "@hermod/broker/callback-queues";
import type { RedisLink } from "@hermod/broker/connect";
import { consumeCallbacks } from "@hermod/broker/consume-callbacks";
import { openFinalGroup } from "@hermod/broker/final-group";
import type { Keys } from "@hermod/broker/keys";
import type { Observer } from "@hermod/broker/observe";
import { CALLBACK_GROUP, type CallbackOutcome, callbackId } from "@hermod/core/callback";
import type { StateEvent } from "@hermod/core/state-event";
import { waitUntil } from "@hermod/testing/wait";

const PRODUCER = "shop";
export const CALLBACK_QUEUE = `callback.${PRODUCER}`;

const [TAKEN, DEAD, WAITING] = [1, 2, 3].map((n) => eventOf(`${n}`.padStart(26, "0"))) as [
  StateEvent,
  StateEvent,
  StateEvent,
];

/** A callback in each state that it can be found in; `c-foreign` is not one of ours. */
export const CALLBACKS = [...[TAKEN, DEAD, WAITING].map(callbackId), "c-foreign"];

/** What some poller does at its start for a producer that gets callbacks. */
export async function beginCallbacks({ redis }: RedisLink, keys: Keys, producer = PRODUCER): Promise<void> {
  const consumer = { group: CALLBACK_GROUP, consumer: "c", claimAfterMs: 1000, from: "now" } as const;
  await openFinalGroup(redis, keys, { producer, ...consumer });
}

/** Leaves callbacks of every kind, with `secret` in whatever a library or a bug could have written. */
export async function seedCallbacks(
  link: RedisLink,
  keys: Keys,
  observer: Observer,
  secret: string,
): Promise<void> {
  await beginCallbacks(link, keys);
  const queue = observer.callbackQueue(PRODUCER);
  await using queues = openCallbackQueues(link.redis, keys);
  await queues.add(PRODUCER, [TAKEN, DEAD]);
  const gone: CallbackOutcome = { kind: "failed", failure: "gone", detail: secret };
  {
    await using _posting = consumeCallbacks({
      ...{ redis: link.another(), keys, producer: PRODUCER, retryDelaysMs: [], concurrency: 1 },
      ...{ lockMs: 30_000, stalledMs: 15_000, stopping: new AbortController().signal },
      handle: async ({ id }) => (id === DEAD.id ? gone : { kind: "taken" }),
      onDead: () => {},
      onError: () => {},
    });
    const isDone = async () =>
      Object.values(await queue.getJobCounts("completed", "failed")).every((count) => count === 1);
    await waitUntil("the callbacks to be posted", isDone);
  }
  await queues.add(PRODUCER, [WAITING]);
  const hostile = { v: 1, ids: [WAITING.id], event: secret, text: secret };
  await queue.add(secret, hostile as never, { jobId: "c-foreign", delay: 3_600_000 });
  await link.redis.del(`${keys.queuePrefix}:${CALLBACK_QUEUE}:stalled-check`);
}

function eventOf(id: string): StateEvent {
  return {
    ...{ id, producer: PRODUCER, account: "main", state: "delivered", final: true, reason: "by_network" },
    ...{ certainty: "proven", attempts: 1, anomalies: [], at: 2, acceptedAt: 1 },
  };
}
