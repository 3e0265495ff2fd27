import type { Decision } from "@hermod/core/decision";
import { waitUntil } from "@hermod/testing/wait";
import { Queue } from "bullmq";
import { onTestFinished } from "vitest";
import { type ConsumeOptions, consume } from "../src/consume.ts";
import { openQueues, type Queues, queueName } from "../src/queues.ts";
import { type OpenLink, openLink } from "./open-store.ts";
import { ACCOUNT, idOf } from "./samples.ts";

export interface OrderTest extends OpenLink {
  readonly queues: Queues;
  /** The same queue as BullMQ itself sees it. */
  readonly queue: Queue;
  /** What went wrong, as told by the workers. */
  readonly errors: Error[];
  /** Adds an order `s-<n>` for the message of that number. */
  add(...numbers: number[]): Promise<void>;
  work(handle: ConsumeOptions["handle"], more?: Partial<ConsumeOptions>): AsyncDisposable;
  /** Waits until BullMQ has the job in this state. */
  reaches(jobId: string, state: string): Promise<void>;
}

export const DONE: Decision = { kind: "done" };

/** A send queue of its own, with workers whose end the test need not see to. */
export async function openOrders(): Promise<OrderTest> {
  const opened = await openLink();
  const { link, redis, keys } = opened;
  const queues = openQueues(redis, keys);
  onTestFinished(() => queues[Symbol.asyncDispose]());
  const queue = new Queue(queueName("send", ACCOUNT), {
    connection: redis,
    prefix: keys.queuePrefix,
    skipMetasUpdate: true,
  });
  onTestFinished(() => queue.close());
  const errors: Error[] = [];
  return {
    ...opened,
    queues,
    queue,
    errors,
    add: (...numbers) =>
      queues.add(
        "send",
        ACCOUNT,
        numbers.map((n) => ({ jobId: `s-${n}`, priority: "normal", ids: [idOf(n)] })),
      ),
    work(handle, more = {}) {
      const worker = consume({
        redis: link.another(),
        keys,
        kind: "send",
        account: ACCOUNT,
        handle,
        concurrency: 1,
        lockMs: 30_000,
        stalledMs: 15_000,
        stopping: new AbortController().signal,
        onError: (error) => errors.push(error),
        ...more,
      });
      onTestFinished(() => worker[Symbol.asyncDispose]());
      return worker;
    },
    async reaches(jobId, state) {
      await waitUntil(`${jobId} to be ${state}`, async () => (await queue.getJobState(jobId)) === state);
    },
  };
}
