import type { JobData } from "@hermod/core/job";
import type { Priority } from "@hermod/core/message";
import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import type { Keys } from "./keys.ts";
import { defineShareScript } from "./share-script.ts";
import { LAST_PLACE, PLACE_WIDTH, placeArguments } from "./shares.ts";

export type QueueKind = "send" | "check";

export function queueName(kind: QueueKind, account: string): string {
  return `${kind}.${account}`;
}

/** A work order to be added. */
export interface Order {
  readonly jobId: string;
  readonly priority: Priority;
  readonly ids: readonly string[];
  /** Whose messages they are; those of one producer share what it is due. */
  readonly producer?: string;
}

/** Orders of a queue by what becomes of them. */
export interface OrderCounts {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
}

/** The queues of all accounts, as whoever adds work sees them. */
export interface Queues extends AsyncDisposable {
  /** Adds work orders. One that is there already is not added again, so that adding may be repeated. */
  add(kind: QueueKind, account: string, orders: readonly Order[]): Promise<void>;
  /** Tells whether the order is waiting or worked at. */
  isLive(kind: QueueKind, account: string, jobId: string): Promise<boolean>;
  /** How many orders wait. */
  waiting(kind: QueueKind, account: string): Promise<number>;
  /** The priority of the most urgent order that waits; undefined when none does. */
  mostUrgent(kind: QueueKind, account: string): Promise<number | undefined>;
  /** Tells whether orders are kept back on purpose: the queue is paused, or its account rests. */
  isResting(kind: QueueKind, account: string): Promise<boolean>;
  /** How many orders there are. */
  counts(kind: QueueKind, account: string): Promise<OrderCounts>;
}

/**
 * BullMQ runs jobs without a priority before all others, so that each has one; a smaller number is more
 * urgent. Send orders that are not urgent have their place instead.
 */
const LANES: Readonly<Record<Priority, number>> = { urgent: 1, normal: 2, bulk: 3 };

/** BullMQ sorts by priority and, within one, by a counter: the score of an order is its priority times this, and the counter. */
const PRIORITY_WIDTH = 2 ** 32;

/**
 * The events stream keeps ids only, but it need not keep many; set alike everywhere, because the last one set
 * counts.
 */
export const EVENTS_KEPT = 1000;

const DAY_S = 86_400;

/**
 * One policy for all jobs of a queue: BullMQ evicts by the options of whichever job ends, so that mixed ones
 * would cut one another short. An order that throws is tried again soon: the records decide what is left to
 * do.
 */
const JOB_OPTIONS = {
  attempts: 20,
  backoff: { type: "exponential", delay: 1000, jitter: 0.2 },
  removeOnComplete: { age: DAY_S, count: 10_000 },
  removeOnFail: { age: 7 * DAY_S },
  stackTraceLimit: 0,
  keepLogs: 0,
  sizeLimit: 8192,
} as const;

const LIVE: ReadonlySet<string> = new Set(["waiting", "prioritized", "active", "delayed"]);

/**
 * A worker without a limiter ignores that the queue rests, so that each one has this: far above what anything
 * reaches, it limits nothing by itself.
 */
export const REST_LIMITER = { max: 1_000_000, duration: 1000 };

const COUNTED = ["waiting", "prioritized", "active", "delayed", "failed"] as const;

export function openQueues(redis: Redis, keys: Keys): Queues {
  defineShareScript(redis);
  const open = new Map<string, Queue<JobData>>();
  const queueOf = (kind: QueueKind, account: string): Queue<JobData> => {
    const name = queueName(kind, account);
    const known = open.get(name);
    if (known !== undefined) return known;
    const queue = new Queue<JobData>(name, {
      connection: redis,
      prefix: keys.queuePrefix,
      streams: { events: { maxLen: EVENTS_KEPT } },
      skipWaitingForReady: true,
    });
    // The connection's own listener tells about it; each command tells its caller.
    queue.on("error", () => {});
    open.set(name, queue);
    return queue;
  };
  /** Where orders stand among those of all producers; an urgent one stands nowhere. */
  const placesOf = async (account: string, orders: readonly Order[]): Promise<(number | undefined)[]> => {
    const asked = orders.map(placeArguments);
    if (asked.every(({ length }) => length === 0)) return [];
    const shares = keys.shares(account);
    const places = (await redis.hermodPlace(shares, PLACE_WIDTH, LAST_PLACE, ...asked.flat())).values();
    return asked.map(({ length }) => (length === 0 ? undefined : places.next().value));
  };
  return {
    async add(kind, account, orders) {
      if (orders.length === 0) return;
      const places = kind === "send" ? await placesOf(account, orders) : [];
      const jobs = orders.map(({ jobId, priority, ids }, index) => ({
        name: kind,
        data: { v: 1 as const, ids: [...ids] },
        opts: { ...JOB_OPTIONS, jobId, priority: places[index] ?? LANES[priority] },
      }));
      const queue = queueOf(kind, account);
      const [only] = jobs;
      // One alone goes without a pipeline, as in `replies.ts`.
      if (only !== undefined && jobs.length === 1) await queue.add(only.name, only.data, only.opts);
      else await queue.addBulk(jobs);
    },
    async isLive(kind, account, jobId) {
      return LIVE.has(await queueOf(kind, account).getJobState(jobId));
    },
    async waiting(kind, account) {
      const counts = await queueOf(kind, account).getJobCounts("waiting", "prioritized");
      return Object.values(counts).reduce((sum, count) => sum + count, 0);
    },
    async mostUrgent(kind, account) {
      const [, score] = await redis.zrange(
        queueOf(kind, account).toKey("prioritized"),
        "0",
        "0",
        "WITHSCORES",
      );
      return score === undefined ? undefined : Math.floor(Number(score) / PRIORITY_WIDTH);
    },
    async isResting(kind, account) {
      const queue = queueOf(kind, account);
      const [isPaused, restMs] = await Promise.all([
        queue.isPaused(),
        queue.getRateLimitTtl(REST_LIMITER.max),
      ]);
      return isPaused || restMs > 0;
    },
    async counts(kind, account) {
      const found = await queueOf(kind, account).getJobCounts(...COUNTED);
      const { waiting = 0, prioritized = 0, active = 0, delayed = 0, failed = 0 } = found;
      return { waiting: waiting + prioritized, active, delayed, failed };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...open.values()].map((queue) => queue.close()));
    },
  };
}
