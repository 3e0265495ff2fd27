import type { RedisClock } from "@hermod/broker/redis-clock";
import type { Redis } from "ioredis";

/** Time that passes only when it is told to, for the scripts in Redis and for whoever has the clock. */
export interface VirtualTime {
  readonly clock: RedisClock;
  /** Epoch milliseconds; whole ones. */
  set(at: number): Promise<void>;
}

/**
 * Gives a connection a time of its own: scripts that are defined on it from now on read the time under `key`, where they would ask
 * Redis for it. BullMQ's scripts are left alone.
 */
export function virtualTime(redis: Redis, key: string): VirtualTime {
  const define = redis.defineCommand.bind(redis);
  redis.defineCommand = (name, definition) => {
    const lua = definition.lua.replaceAll("redis.call('TIME')", `redis.call('LRANGE', '${key}', 0, 1)`);
    define(name, { ...definition, lua });
  };
  let now = 0;
  return {
    clock: { now: () => now, set: () => {} },
    async set(at) {
      now = at;
      await redis
        .multi()
        .del(key)
        .rpush(key, Math.floor(at / 1000), (at % 1000) * 1000)
        .exec();
    },
  };
}
