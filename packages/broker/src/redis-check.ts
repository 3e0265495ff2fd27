import type { Redis } from "ioredis";
import { timeReplyMs } from "./redis-clock.ts";
import { RedisUnusableError } from "./redis-unusable-error.ts";

/** Something about the server that puts messages at risk. */
export interface RedisWarning {
  readonly code: "not_durable" | "durability_unknown" | "clock_skew";
  readonly message: string;
  /** How far the clock of Redis is ahead of ours; negative when it is behind. */
  readonly skewMs?: number;
}

/** Lua scripts with flags need it. */
const OLDEST_VERSION = 7;

/**
 * Makes sure of the server before anything is stored in it. An eviction policy other than `noeviction` would
 * silently delete messages, so it is refused; a server that can lose its last second is only warned about.
 */
export async function checkRedis(
  redis: Redis,
  place: string,
): Promise<{ warnings: RedisWarning[]; timeReply: (string | number)[]; isCluster: boolean }> {
  const askedAt = Date.now();
  const time = redis.time().then((reply) => ({ reply, answeredAt: Date.now() }));
  const [info, fsync, { reply, answeredAt }] = await Promise.all([redis.info(), appendFsync(redis), time]);
  const fact = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1];

  const version = fact("valkey_version") ?? fact("redis_version") ?? "0";
  if (Number.parseInt(version, 10) < OLDEST_VERSION) {
    throw new RedisUnusableError(
      `Redis at ${place} is version ${version}; Hermod needs ${OLDEST_VERSION} or newer.`,
    );
  }
  const policy = fact("maxmemory_policy");
  if (policy !== "noeviction") {
    throw new RedisUnusableError(
      `Redis at ${place} may delete messages when memory runs short: set maxmemory-policy to noeviction (it is ${policy ?? "not told"}).`,
    );
  }
  const skewMs = clockSkewMs(askedAt, timeReplyMs(reply), answeredAt);
  const warnings = [...durabilityWarnings(place, fact("aof_enabled"), fsync), ...skewWarnings(place, skewMs)];
  return { warnings, timeReply: reply, isCluster: fact("cluster_enabled") === "1" };
}

/** Clocks that are kept by any time service stay far below it. */
const MOST_SKEW_MS = 1000;

/**
 * How far the clock of Redis is ahead of ours at least; negative when it is behind. It was read at some moment
 * between question and answer, so that within these two nothing is proven.
 */
export function clockSkewMs(askedAt: number, redisAt: number, answeredAt: number): number {
  return Math.min(0, redisAt - askedAt) + Math.max(0, redisAt - answeredAt);
}

/** Delayed work orders are timed by the clocks of the workers, records by that of Redis. */
function skewWarnings(place: string, skewMs: number): RedisWarning[] {
  if (Math.abs(skewMs) < MOST_SKEW_MS) return [];
  const which = skewMs > 0 ? "ahead of" : "behind";
  const message = `The clock of Redis at ${place} is ${Math.abs(skewMs)} ms ${which} the clock of this machine: delayed work comes too early or too late. Let a time service (NTP) keep both.`;
  return [{ code: "clock_skew", message, skewMs }];
}

function durabilityWarnings(
  place: string,
  aofEnabled: string | undefined,
  fsync: string | undefined,
): RedisWarning[] {
  if (aofEnabled !== "1") {
    const message = `Redis at ${place} keeps no append-only file: when it stops, acknowledged messages are lost and sent ones may be sent again. Set appendonly yes and appendfsync always.`;
    return [{ code: "not_durable", message }];
  }
  if (fsync === undefined) {
    const message = `Redis at ${place} does not tell its appendfsync setting: make sure that it is always, or a power loss can lose a second of messages.`;
    return [{ code: "durability_unknown", message }];
  }
  if (fsync !== "always") {
    const message = `Redis at ${place} has appendfsync ${fsync}: a power loss can lose its last second, so messages may be lost or sent twice. Set appendfsync always.`;
    return [{ code: "not_durable", message }];
  }
  return [];
}

/** A user without the right to read the configuration still may work. */
async function appendFsync(redis: Redis): Promise<string | undefined> {
  const reply: unknown = await redis.config("GET", "appendfsync").catch(() => undefined);
  if (Array.isArray(reply)) return String(reply[1]);
  if (typeof reply === "object" && reply !== null && "appendfsync" in reply) return String(reply.appendfsync);
  return undefined;
}
