import { callbackId } from "@hermod/core/callback";
import { JobData } from "@hermod/core/job";
import type { StateEvent } from "@hermod/core/state-event";
import { type Job, Queue } from "bullmq";
import type { Redis } from "ioredis";
import { z } from "zod";
import type { Keys } from "./keys.ts";
import { EVENTS_KEPT } from "./queues.ts";
import { decodeStateEvent, encodeStateFacts } from "./state-events.ts";

export function callbackQueueName(producer: string): string {
  return `callback.${producer}`;
}

/** What lies in the queue: the order of any other queue, and the event as it lies in the streams. */
const CallbackData = JobData.extend({ event: z.string() });
export type CallbackData = z.infer<typeof CallbackData>;

/** The event of a job; undefined for what this version cannot read. */
export function callbackEvent(data: unknown): StateEvent | undefined {
  const parsed = CallbackData.safeParse(data);
  return parsed.success ? decodeStateEvent(parsed.data.event) : undefined;
}

/** A callback that was given up. */
export interface DeadCallback {
  /** As the endpoint knows it: its `webhook-id`. */
  readonly id: string;
  readonly messageId: string;
  readonly state: StateEvent["state"];
  /** When the message came into that state, and when the callback was given up; epoch milliseconds. */
  readonly at: number;
  readonly givenUpAt: number;
  readonly attempts: number;
  /** What the last attempt came to, in a code word. */
  readonly reason: string;
}

/** Callbacks of a producer by what becomes of them. */
export interface CallbackCounts {
  readonly waiting: number;
  readonly dead: number;
}

/** The callbacks of each producer, in a queue of its own: what is slow or away holds up nobody else's. */
export interface CallbackQueues extends AsyncDisposable {
  /** Adds callbacks. One that is there already, dead or alive, is not added again. */
  add(producer: string, events: readonly StateEvent[]): Promise<void>;
  counts(producer: string): Promise<CallbackCounts>;
  /** Those that were given up, the first of them first: at most `most`, from this place on. */
  dead(producer: string, from: number, most: number): Promise<DeadCallback[]>;
  /** Begins dead callbacks anew; returns how many of these there were. */
  replay(producer: string, ids: readonly string[]): Promise<number>;
}

const DAY_S = 86_400;

/** How often one is tried, the list of waits in the configuration says, whenever it was added. */
const JOB_OPTIONS = {
  attempts: 1000,
  backoff: { type: "custom" },
  // For as long as the same final may come again from its stream.
  removeOnComplete: { age: DAY_S, count: 10_000 },
  removeOnFail: { age: 30 * DAY_S, count: 100_000 },
  stackTraceLimit: 0,
  keepLogs: 0,
} as const;

export function openCallbackQueues(redis: Redis, keys: Keys): CallbackQueues {
  const open = new Map<string, Queue<CallbackData>>();
  const queueOf = (producer: string): Queue<CallbackData> => {
    const known = open.get(producer);
    if (known !== undefined) return known;
    const queue = new Queue<CallbackData>(callbackQueueName(producer), {
      connection: redis,
      prefix: keys.queuePrefix,
      streams: { events: { maxLen: EVENTS_KEPT } },
      skipWaitingForReady: true,
    });
    // The connection's own listener tells about it; each command tells its caller.
    queue.on("error", () => {});
    open.set(producer, queue);
    return queue;
  };

  const begunAnew = async (producer: string, id: string): Promise<boolean> => {
    const job = await queueOf(producer).getJob(id);
    if (job === undefined || !(await job.isFailed())) return false;
    await job.retry("failed", { resetAttemptsMade: true, resetAttemptsStarted: true });
    return true;
  };

  return {
    async add(producer, events) {
      if (events.length === 0) return;
      await queueOf(producer).addBulk(
        events.map((event) => ({
          name: "callback",
          data: { v: 1, ids: [event.id], event: encodeStateFacts(event) },
          opts: { ...JOB_OPTIONS, jobId: callbackId(event) },
        })),
      );
    },
    async counts(producer) {
      const counts = await queueOf(producer).getJobCounts("waiting", "active", "delayed", "failed");
      const { waiting = 0, active = 0, delayed = 0, failed = 0 } = counts;
      return { waiting: waiting + active + delayed, dead: failed };
    },
    async dead(producer, from, most) {
      // A range of nothing would mean everything.
      if (most <= 0) return [];
      const jobs = await queueOf(producer).getJobs(["failed"], from, from + most - 1, true);
      return jobs.flatMap((job) => deadCallback(job as Job) ?? []);
    },
    async replay(producer, ids) {
      const begun = await Promise.all(ids.map((id) => begunAnew(producer, id)));
      return begun.filter(Boolean).length;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...open.values()].map((queue) => queue.close()));
    },
  };
}

function deadCallback({ id, data, failedReason, attemptsMade, finishedOn }: Job): DeadCallback | undefined {
  const event = callbackEvent(data);
  if (id === undefined || event === undefined) return undefined;
  const { at, state } = event;
  return {
    id,
    messageId: event.id,
    state,
    at,
    givenUpAt: finishedOn ?? 0,
    attempts: attemptsMade,
    reason: failedReason,
  };
}
