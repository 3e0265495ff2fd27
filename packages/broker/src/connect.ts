import type { Redis, RedisOptions } from "ioredis";
import { clusterBehind, serversOf } from "./cluster.ts";
import { openConnections } from "./connections.ts";
import { redisAddress } from "./redis-address.ts";
import { checkRedis, type RedisWarning } from "./redis-check.ts";
import { type RedisClock, redisClock, timeReplyMs } from "./redis-clock.ts";
import { RedisUnusableError } from "./redis-unusable-error.ts";
import { untilSilent } from "./silence.ts";

export interface RedisLink extends AsyncDisposable {
  readonly redis: Redis;
  readonly clock: RedisClock;
  /** What was found to be risky, once, at the start. */
  readonly warnings: readonly RedisWarning[];
  /** A further connection with the same settings, closed with this link. */
  another(options?: RedisOptions): Redis;
  /**
   * Waits for the first commands of a starting process; throws a `RedisUnusableError` when Redis fell silent
   * after it was checked.
   */
  inTime<T>(work: Promise<T>): Promise<T>;
  /** For how long one of the connections, also those that BullMQ made, has been away; 0 while all are there. */
  awayMs(): number;
  /** Aborted when the connections were given up: nobody gets an answer any more. */
  readonly givenUp: AbortSignal;
}

/** How a process is told to end, and what it may not leave behind then. */
export interface EndOfProcess {
  /** Ends a start that is under way; later, the connections are given up once Redis is silent. */
  readonly stopping: AbortSignal;
  /** Whether something is in hand that is worth waiting for a silent Redis. */
  readonly isBusy: () => boolean;
}

/**
 * How a connection behaves while Redis is away. A process waits for it without end, so that a finished result
 * is never thrown away (with BullMQ's default of 20 tries it is). A producer fails at once and repeats with
 * the same ids; a viewer fails at once and is asked again by whoever looks.
 */
const BEHAVIOUR = {
  process: { maxRetriesPerRequest: null, socketTimeout: 15_000, connectTimeout: 5000 },
  producer: { maxRetriesPerRequest: 0, enableOfflineQueue: false, connectTimeout: 2000 },
  viewer: { maxRetriesPerRequest: 0, enableOfflineQueue: false, socketTimeout: 15_000, connectTimeout: 2000 },
} as const satisfies Record<string, RedisOptions>;

const START_DEADLINE_MS = { process: 3500, producer: 1900, viewer: 3500 } as const;

/** For the first commands, counted from the same moment: a Redis that came up late still gets a second. */
const IN_TIME_MS = { process: 4500, producer: 1900, viewer: 4500 } as const;

const NEVER: EndOfProcess = { stopping: new AbortController().signal, isBusy: () => false };

/**
 * Opens a connection and makes sure of the server behind it; throws a `RedisUnusableError` within 5 s
 * (producers: 2 s).
 */
export async function connectRedis(
  url: string,
  who: keyof typeof BEHAVIOUR,
  { stopping, isBusy }: EndOfProcess = NEVER,
): Promise<RedisLink> {
  const { place, open } = redisAddress(url);
  const began = performance.now();
  const connections = openConnections();
  const seed = connections.add(open(optionsOf(who)));
  const clock = redisClock();
  const givenUp = new AbortController();
  const closed = new AbortController();
  try {
    const first = await start(seed, place, START_DEADLINE_MS[who], stopping);
    const redis = first.isCluster ? connections.add(clusterBehind(seed)) : seed;
    const { warnings, timeReply } = first.isCluster
      ? await join(redis, place, START_DEADLINE_MS[who], stopping)
      : first;
    if (first.isCluster) seed.disconnect();
    clock.set(timeReplyMs(timeReply));
    const giveUpWhenSilent = async (): Promise<void> => {
      if (!(await untilSilent(redis, isBusy, closed.signal))) return;
      connections.end();
      givenUp.abort();
    };
    onAbort(stopping, () => void giveUpWhenSilent());
    return {
      redis,
      clock,
      warnings,
      awayMs: connections.awayMs,
      givenUp: givenUp.signal,
      another(more = {}) {
        const copy = redis.duplicate({ lazyConnect: false, ...more });
        copy.on("error", () => {});
        return copy;
      },
      async inTime(work) {
        const leftMs = began + IN_TIME_MS[who] - performance.now();
        using deadline = openDeadline(leftMs, stopping, () => unreachable(place, SILENT));
        return await Promise.race([work, deadline.passed]);
      },
      async [Symbol.asyncDispose]() {
        closed.abort();
        connections.end();
      },
    };
  } catch (error) {
    connections.end();
    throw error;
  }
}

/** Between two connections that are given up because their server takes no writes. */
const LEAVE_REPLICA_EVERY_MS = 1000;

function optionsOf(who: keyof typeof BEHAVIOUR) {
  let leftAt = Number.NEGATIVE_INFINITY;
  return {
    ...BEHAVIOUR[who],
    // A master that became a replica keeps its connections; behind the same address there may be a new master by now.
    reconnectOnError: ({ message }: Error) => {
      const leaves = message.startsWith("READONLY") && performance.now() - leftAt > LEAVE_REPLICA_EVERY_MS;
      if (leaves) leftAt = performance.now();
      return leaves;
    },
    lazyConnect: true,
    // ioredis waits this long for a connection to close even when it is closed already, and holds the process
    // open.
    disconnectTimeout: 100,
    // Nobody could catch its failure; whoever listens (`final-signal.ts`) sees to it.
    autoResubscribe: false,
    retryStrategy: (times: number) => Math.min(50 * 2 ** Math.min(times, 6), 2000),
  };
}

const SILENT = new Error("it does not answer");

async function start(redis: Redis, place: string, deadlineMs: number, stopping: AbortSignal) {
  let lastError = SILENT;
  // ioredis tries again by itself and tells each failure here; without a listener it would write to the
  // console.
  redis.on("error", (error) => {
    lastError = error;
  });
  using deadline = openDeadline(deadlineMs, stopping, () => unreachable(place, lastError));
  try {
    const ready = redis.connect().then(
      () => undefined,
      (error: Error) => waitForReady(redis, place, error),
    );
    await Promise.race([ready, deadline.passed]);
    return await Promise.race([checkRedis(redis, place), deadline.passed]);
  } catch (error) {
    throw error instanceof RedisUnusableError ? error : unreachable(place, error as Error);
  }
}

/** Connects to all nodes of a cluster, and makes sure of each. */
async function join(cluster: Redis, place: string, deadlineMs: number, stopping: AbortSignal) {
  cluster.on("error", () => {});
  using deadline = openDeadline(deadlineMs, stopping, () => unreachable(place, SILENT));
  await Promise.race([cluster.connect(), deadline.passed]);
  const checks = Promise.all(serversOf(cluster).map((node) => checkRedis(node, place)));
  const found = await Promise.race([checks, deadline.passed]);
  const warnings = new Map(found.flatMap((check) => check.warnings).map((each) => [each.code, each]));
  return { warnings: [...warnings.values()], timeReply: found[0]?.timeReply ?? [] };
}

interface Deadline extends Disposable {
  /** Rejects when the time is over or the process is told to end. */
  readonly passed: Promise<never>;
}

function openDeadline(ms: number, stopping: AbortSignal, why: () => Error): Deadline {
  const passed = Promise.withResolvers<never>();
  passed.promise.catch(() => {});
  const timer = setTimeout(() => passed.reject(why()), ms);
  const forget = onAbort(stopping, () => passed.reject(stopping.reason));
  return {
    passed: passed.promise,
    [Symbol.dispose]() {
      clearTimeout(timer);
      forget();
    },
  };
}

/** Calls back once the signal is aborted, also when it is already; the result ends the interest. */
function onAbort(signal: AbortSignal, act: () => void): () => void {
  if (signal.aborted) act();
  else signal.addEventListener("abort", act, { once: true });
  return () => signal.removeEventListener("abort", act);
}

/** A refused password does not get better by waiting; a server that is just starting does. */
async function waitForReady(redis: Redis, place: string, error: Error): Promise<void> {
  if (isRefusal(error)) throw unreachable(place, error);
  const ready = Promise.withResolvers<void>();
  redis.once("ready", ready.resolve);
  redis.on("error", (later: Error) => {
    if (isRefusal(later)) ready.reject(unreachable(place, later));
  });
  await ready.promise;
}

function isRefusal({ message }: Error): boolean {
  return /WRONGPASS|NOAUTH|NOPERM|ERR AUTH/.test(message);
}

function unreachable(place: string, { message }: Error): RedisUnusableError {
  if (/WRONGPASS/.test(message))
    return new RedisUnusableError(`Redis at ${place} refused the user name or password in REDIS_URL.`);
  if (/NOAUTH|ERR AUTH/.test(message)) {
    return new RedisUnusableError(
      `Redis at ${place} and REDIS_URL disagree on whether a password is needed.`,
    );
  }
  const cause = /E[A-Z]{4,}/.exec(message)?.[0] ?? message;
  return new RedisUnusableError(
    `Redis at ${place} cannot be reached (${cause}); check REDIS_URL and that the server runs.`,
  );
}
