import type { Announcement } from "@hermod/core/announcement";
import { CALLBACK_GROUP } from "@hermod/core/callback";
import type { JobData } from "@hermod/core/job";
import type { FollowingFigures } from "@hermod/core/polling/following-figures";
import { Queue } from "bullmq";
import { readAccounts } from "./accounts.ts";
import { dueFill, type IndexFill, OVERDUE_MS } from "./backlog.ts";
import { type OpenBreaker, openBreakers } from "./breaker.ts";
import { callbackQueueName } from "./callback-queues.ts";
import type { RedisLink } from "./connect.ts";
import { producersOf } from "./final-groups.ts";
import { readFollowing } from "./following-figures.ts";
import { firstHeld } from "./held-messages.ts";
import { numberHashOf } from "./installation.ts";
import { keysOf } from "./keys.ts";
import { numberHashes } from "./number-hashes.ts";
import { findByHashes } from "./number-index.ts";
import { countOpen, type OpenCount } from "./open-messages.ts";
import { type OpenSample, openSample } from "./open-sample.ts";
import { openPublicRecords, type PublicRecords } from "./public-record.ts";
import { glanceAt, type QueueGlance, type Sampling } from "./queue-glance.ts";
import { type QueueKind, queueName } from "./queues.ts";

/**
 * An installation as whoever only looks on sees it. Nothing here writes, so that a user of Redis without the right
 * to write will do; and nothing reads a number or a text.
 */
export interface Observer extends AsyncDisposable {
  readonly records: PublicRecords;
  /** What is announced now. */
  accounts(): Promise<Map<string, Announcement>>;
  /** How many messages are open, by account, lane and state. */
  countOpen(): Promise<OpenCount[]>;
  /** At most `most` open messages. */
  sampleOpen(most: number): Promise<OpenSample>;
  /** The first held messages of an account, in the order of their release. */
  firstHeld(account: string, most: number): Promise<string[]>;
  /** Why nothing goes through an account; undefined when messages do. */
  breaker(account: string): Promise<OpenBreaker | undefined>;
  /** How an account's messages are followed, what that cost, and what was learned of the time to a final report. */
  following(account: string): Promise<FollowingFigures>;
  /** How many of an account's messages wait for a look; those that share requests may wait for company for `patienceMs`. */
  checksDue(account: string, patienceMs: number): Promise<IndexFill>;
  /** The ids of messages to a number, in no order; the records of some may be gone. */
  findByNumber(number: string): Promise<string[]>;
  /** How a queue fares, and what was done of late. */
  glance(kind: QueueKind, account: string, sampling: Sampling): Promise<QueueGlance>;
  /** BullMQ's own queue: Bull Board is made to be given it. */
  queue(kind: QueueKind, account: string): Queue<JobData>;
  /** Producers whose final states are posted to them now. */
  callbackProducers(): Promise<string[]>;
  /** BullMQ's own queue of a producer's callbacks. */
  callbackQueue(producer: string): Queue<JobData>;
}

export interface ObserverOptions {
  /** Keys in Redis begin with it; for tests that share a Redis. */
  readonly namespace?: string;
  /** What finds messages by their numbers where those are sealed (`numberKeys`); it opens nothing. */
  readonly numberKeys?: readonly string[];
}

/** Looks at the installation behind a connection. */
export async function openObserver(
  { redis, clock }: RedisLink,
  { namespace, numberKeys = [] }: ObserverOptions = {},
): Promise<Observer> {
  let keys = keysOf(namespace);
  let fixed = false;
  /** Over how many partitions the records are spread is not known before the first worker or poller started. */
  const learn = async (): Promise<void> => {
    const partitions = await redis.hget(keys.installation, "partitions");
    keys = keysOf(namespace, Number(partitions ?? 1));
    fixed = partitions !== null;
  };
  await learn();
  const queues = new Map<string, Queue<JobData>>();
  const queueNamed = (name: string): Queue<JobData> => {
    const known = queues.get(name);
    if (known !== undefined) return known;
    const options = { connection: redis, prefix: keys.queuePrefix } as const;
    const queue = new Queue<JobData>(name, { ...options, skipWaitingForReady: true, skipMetasUpdate: true });
    // The connection's own listener tells about it; each command tells its caller.
    queue.on("error", () => {});
    queues.set(name, queue);
    return queue;
  };
  return {
    records: openPublicRecords(redis, () => keys, clock),
    async accounts() {
      if (!fixed) await learn();
      return await readAccounts(redis, keys);
    },
    countOpen: () => countOpen(redis, keys),
    sampleOpen: (most) => openSample(redis, keys, most),
    firstHeld: (account, most) => firstHeld(redis, keys, account, most),
    breaker: (account) => openBreakers(redis, keys).get(account),
    checksDue: (account, patienceMs) => dueFill(redis, keys, account, clock.now(), OVERDUE_MS, patienceMs),
    async findByNumber(number) {
      if (!fixed) await learn();
      const idKey = (await redis.hget(keys.installation, "idKey")) ?? "";
      return await findByHashes(redis, keys, numberHashes(numberHashOf(idKey), numberKeys).all(number));
    },
    following: (account) => readFollowing(redis, keys, account),
    glance: (kind, account, sampling) => glanceAt(queueNamed(queueName(kind, account)), sampling),
    queue: (kind, account) => queueNamed(queueName(kind, account)),
    callbackProducers: () => producersOf(redis, keys, CALLBACK_GROUP),
    callbackQueue: (producer) => queueNamed(callbackQueueName(producer)),
    async [Symbol.asyncDispose]() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}
