import { Redis, type RedisOptions } from "ioredis";
import { checkRedis, type RedisWarning } from "./redis-check.ts";
import { type RedisClock, redisClock, timeReplyMs } from "./redis-clock.ts";
import { RedisUnusableError } from "./redis-unusable-error.ts";

export interface RedisLink extends AsyncDisposable {
  readonly redis: Redis;
  readonly clock: RedisClock;
  /** What was found to be risky, once, at the start. */
  readonly warnings: readonly RedisWarning[];
  /** A further connection with the same settings, closed with this link. */
  another(options?: RedisOptions): Redis;
}

/**
 * How a connection behaves while Redis is away. A process waits for it without end, so that a finished result
 * is never thrown away (with BullMQ's default of 20 tries it is). A producer fails at once and repeats with
 * the same ids.
 */
const BEHAVIOUR = {
  process: { maxRetriesPerRequest: null, socketTimeout: 15_000, connectTimeout: 5000 },
  producer: { maxRetriesPerRequest: 0, enableOfflineQueue: false, connectTimeout: 2000 },
} as const satisfies Record<string, RedisOptions>;

const START_DEADLINE_MS = { process: 3500, producer: 1900 } as const;

/**
 * Opens a connection and makes sure of the server behind it; throws a `RedisUnusableError` within 5 s
 * (producers: 2 s).
 */
export async function connectRedis(url: string, who: keyof typeof BEHAVIOUR): Promise<RedisLink> {
  const place = placeOf(url);
  const open: Redis[] = [];
  const options = {
    ...BEHAVIOUR[who],
    lazyConnect: true,
    // ioredis waits this long for a connection to close even when it is closed already, and holds the process
    // open.
    disconnectTimeout: 100,
    // Nobody could catch its failure; whoever listens (`final-signal.ts`) sees to it.
    autoResubscribe: false,
    retryStrategy: (times: number) => Math.min(50 * 2 ** Math.min(times, 6), 2000),
  };
  const redis = new Redis(url, options);
  open.push(redis);
  const clock = redisClock();
  try {
    const { warnings, timeReply } = await start(redis, place, START_DEADLINE_MS[who]);
    clock.set(timeReplyMs(timeReply));
    return {
      redis,
      clock,
      warnings,
      another(more = {}) {
        const copy = redis.duplicate({ lazyConnect: false, ...more });
        copy.on("error", () => {});
        open.push(copy);
        return copy;
      },
      async [Symbol.asyncDispose]() {
        for (const connection of open.reverse()) connection.disconnect();
      },
    };
  } catch (error) {
    redis.disconnect();
    throw error;
  }
}

async function start(redis: Redis, place: string, deadlineMs: number) {
  let lastError = new Error("it does not answer");
  // ioredis tries again by itself and tells each failure here; without a listener it would write to the
  // console.
  redis.on("error", (error) => {
    lastError = error;
  });
  const deadline = Promise.withResolvers<never>();
  const timer = setTimeout(() => deadline.reject(unreachable(place, lastError)), deadlineMs);
  try {
    const ready = redis.connect().then(
      () => undefined,
      (error: Error) => waitForReady(redis, place, error),
    );
    await Promise.race([ready, deadline.promise]);
    return await Promise.race([checkRedis(redis, place), deadline.promise]);
  } catch (error) {
    throw error instanceof RedisUnusableError ? error : unreachable(place, error as Error);
  } finally {
    clearTimeout(timer);
    deadline.promise.catch(() => {});
  }
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

/** Host and port of the address, for messages: never its password. */
function placeOf(url: string): string {
  if (!URL.canParse(url))
    throw new RedisUnusableError("REDIS_URL is not an address such as redis://localhost:6379.");
  const { protocol, host } = new URL(url);
  if (protocol !== "redis:" && protocol !== "rediss:") {
    throw new RedisUnusableError("REDIS_URL must begin with redis:// or rediss://.");
  }
  return host;
}
