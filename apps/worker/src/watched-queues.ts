import { type QueueKind, type Queues, queueName } from "@hermod/broker/queues";
import type { AccountBase } from "@hermod/core/config";
import { type QueueWatch, watchQueue } from "@hermod/service/queue-watch";
import type { RedisWatch } from "@hermod/service/redis-watch";

/** Beside the longest request of an order: the wait for its slots, and to record what it proved. */
const ORDER_MS = 10_000;

/** Whether the orders of an account are taken, queue by queue. */
export type WatchedQueues = Readonly<Record<QueueKind, QueueWatch>> & Disposable;

/** Watches the queues of one account. A queue whose account rests, or that is paused, may wait. */
export function watchQueues(
  queues: Queues,
  watch: RedisWatch,
  name: string,
  { timeoutMs }: AccountBase,
  stuckMs: number,
): WatchedQueues {
  const watched = (kind: QueueKind): QueueWatch =>
    watchQueue(
      {
        name: queueName(kind, name),
        limitMs: Math.max(stuckMs, timeoutMs + ORDER_MS),
        hasWork: async () => (await queues.waiting(kind, name)) > 0 && !(await queues.isResting(kind, name)),
      },
      watch,
    );
  const stack = new DisposableStack();
  const send = stack.use(watched("send"));
  const check = stack.use(watched("check"));
  return { send, check, [Symbol.dispose]: () => stack.dispose() };
}
