import type { Redis, Result } from "ioredis";
import { ALLOW_OOM } from "./memory-flags.ts";

/**
 * Opens a breaker, or leaves the account alone for longer. KEYS breaker; ARGV code, milliseconds until a message may try.
 * One that an operator stopped stays as it is. Returns 1 when it was closed.
 */
const TRIP = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local since = redis.call('HGET', KEYS[1], 'since')
if redis.call('HGET', KEYS[1], 'stopped') then return 0 end
redis.call('HSET', KEYS[1], 'code', ARGV[1], 'since', since or now, 'at', now + ARGV[2])
redis.call('HDEL', KEYS[1], 'probe')
return since and 0 or 1
`;

/** Closes a breaker that this message tried. KEYS breaker; ARGV message. Returns 1 when it did. */
const CLOSE = `
if redis.call('HGET', KEYS[1], 'probe') ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`;

/**
 * Makes a message the one that tries an open breaker, when it is time for one. KEYS breaker; ARGV message, milliseconds after
 * which the next may try. Returns 1 when it is the one.
 */
const PROBE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local at = redis.call('HGET', KEYS[1], 'at')
if not at or redis.call('HGET', KEYS[1], 'stopped') or now < tonumber(at) then return 0 end
redis.call('HSET', KEYS[1], 'probe', ARGV[1], 'at', now + ARGV[2])
return 1
`;

/**
 * Lets an account rest whose status request was refused: for as long as it asks for, else longer with every refusal in a row. A
 * request that was under way when another one was refused only counts if it asks for more. KEYS breaker; ARGV code, name of the
 * request, milliseconds asked for ('' none), shortest and longest rest. Returns the milliseconds of the rest.
 */
const REFUSE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local open = redis.call('HMGET', KEYS[1], 'at', 'probe', 'since')
local asked = tonumber(ARGV[3])
if open[1] and open[2] ~= ARGV[2] then
  local at = math.max(tonumber(open[1]), now + (asked or 0))
  redis.call('HSET', KEYS[1], 'at', at)
  return at - now
end
local refusals = redis.call('HINCRBY', KEYS[1], 'refusals', 1)
local rest = math.ceil(asked or math.min(tonumber(ARGV[5]), ARGV[4] * 2 ^ (refusals - 1)))
redis.call('HSET', KEYS[1], 'code', ARGV[1], 'since', open[3] or now, 'at', now + rest)
redis.call('HDEL', KEYS[1], 'probe')
return rest
`;

declare module "ioredis" {
  interface RedisCommander<Context> {
    hermodTrip(breaker: string, code: string, probeMs: number): Result<number, Context>;
    hermodClose(breaker: string, message: string): Result<number, Context>;
    hermodProbe(breaker: string, message: string, leaseMs: number): Result<number, Context>;
    hermodRefuse(
      breaker: string,
      code: string,
      request: string,
      retryAfterMs: number | "",
      shortestMs: number,
      longestMs: number,
    ): Result<number, Context>;
  }
}

/** Teaches a connection the scripts of breakers. */
export function defineBreakerScripts(redis: Redis): void {
  redis.defineCommand("hermodTrip", { numberOfKeys: 1, lua: ALLOW_OOM + TRIP });
  redis.defineCommand("hermodClose", { numberOfKeys: 1, lua: ALLOW_OOM + CLOSE });
  redis.defineCommand("hermodProbe", { numberOfKeys: 1, lua: ALLOW_OOM + PROBE });
  redis.defineCommand("hermodRefuse", { numberOfKeys: 1, lua: ALLOW_OOM + REFUSE });
}
