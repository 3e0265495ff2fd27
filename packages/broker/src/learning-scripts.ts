import { PUSH_MEMORY, UNKNOWN_PUSHES } from "@hermod/core/polling/push-health";
import type { Redis, Result } from "ioredis";
import { REFUSE_OOM } from "./memory-flags.ts";

/**
 * Adds to a sketch, and lets each bucket forget what is beyond its memory. KEYS sketch, set of routes; ARGV route, seconds to keep
 * it, finals, then for each bucket: its number, events, time at risk, and the time at risk it remembers.
 */
const LEARN = `
redis.call('HINCRBY', KEYS[1], 'n', ARGV[3])
for at = 4, #ARGV, 4 do
  local d, e = 'd' .. ARGV[at], 'e' .. ARGV[at]
  local known = redis.call('HMGET', KEYS[1], d, e)
  local events, risk = (known[1] or 0) + ARGV[at + 1], (known[2] or 0) + ARGV[at + 2]
  local memory = tonumber(ARGV[at + 3])
  if risk > memory then events, risk = events * memory / risk, memory end
  redis.call('HSET', KEYS[1], d, string.format('%.7g', events), e, string.format('%.9g', risk))
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('EXPIRE', KEYS[2], ARGV[2])
return 1
`;

const COUNT = `
local function count(came)
  local known = redis.call('HMGET', KEYS[1], 'came', 'missed')
  local one, other = tonumber(known[1] or ${UNKNOWN_PUSHES.came}), tonumber(known[2] or ${UNKNOWN_PUSHES.missed})
  one = one * ${PUSH_MEMORY} + (came and 1 or 0)
  other = other * ${PUSH_MEMORY} + (came and 0 or 1)
  redis.call('HSET', KEYS[1], 'came', string.format('%.9g', one), 'missed', string.format('%.9g', other))
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/**
 * Counts final reports that were pushed, each once. A look that follows within a minute must not count them as missed. KEYS followed,
 * awaited; ARGV messages.
 */
const PUSH_CAME = `${COUNT}
for _, id in ipairs(ARGV) do
  redis.call('ZREM', KEYS[2], id)
  if redis.call('ZADD', KEYS[2], 'NX', now + 60000, '+' .. id) == 1 then count(true) end
end
return 1
`;

/**
 * After looks found messages final: their pushes may be on the way, where pushes ever came. Counts those that are missed by now.
 * KEYS followed, awaited; ARGV milliseconds to wait for a push, messages. Returns how often pushes came and were missed.
 */
const AWAIT_PUSHES = `${COUNT}
local health = redis.call('HMGET', KEYS[1], 'came', 'missed')
if not health[1] then return {} end
for place = 2, #ARGV do
  if not redis.call('ZSCORE', KEYS[2], '+' .. ARGV[place]) then
    redis.call('ZADD', KEYS[2], now + ARGV[1], ARGV[place])
  end
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now)) do
  redis.call('ZREM', KEYS[2], id)
  if string.sub(id, 1, 1) ~= '+' then count(false) end
end
return redis.call('HMGET', KEYS[1], 'came', 'missed')
`;

declare module "ioredis" {
  interface RedisCommander<Context> {
    hermodLearn(sketch: string, routes: string, ...args: (string | number)[]): Result<number, Context>;
    hermodPushCame(followed: string, awaited: string, ...ids: string[]): Result<number, Context>;
    hermodAwaitPushes(
      followed: string,
      awaited: string,
      forMs: number,
      ...ids: string[]
    ): Result<string[], Context>;
  }
}

/** Teaches a connection the scripts of what is learned, which is not worth a failure when memory is short. */
export function defineLearningScripts(redis: Redis): void {
  redis.defineCommand("hermodLearn", { numberOfKeys: 2, lua: REFUSE_OOM + LEARN });
  redis.defineCommand("hermodPushCame", { numberOfKeys: 2, lua: REFUSE_OOM + PUSH_CAME });
  redis.defineCommand("hermodAwaitPushes", { numberOfKeys: 2, lua: REFUSE_OOM + AWAIT_PUSHES });
}
