import type { Redis } from "ioredis";
import { RedisUnusableError } from "./redis-unusable-error.ts";

/** Something about the server that puts acknowledged messages at risk. */
export interface RedisWarning {
  readonly code: "not_durable" | "durability_unknown";
  readonly message: string;
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
): Promise<{ warnings: RedisWarning[]; timeReply: (string | number)[] }> {
  const [info, fsync, timeReply] = await Promise.all([redis.info(), appendFsync(redis), redis.time()]);
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
  return { warnings: durabilityWarnings(place, fact("aof_enabled"), fsync), timeReply };
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
