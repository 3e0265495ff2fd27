import type { Redis, Result } from "ioredis";
import { REFUSE_OOM } from "./memory-flags.ts";

/**
 * Places orders of several flows, each of which gets its share: an order is placed where the one before it of its flow ends, and
 * not before what is being worked at. KEYS shares; ARGV width of a place, last place, then of each order its flow, its cost and
 * what is added to its place. Returns the places.
 */
const PLACE = `
local reached = tonumber(redis.call('HGET', KEYS[1], '') or '0')
local ends = {}
local places = {}
for i = 3, #ARGV, 3 do
  local flow = ARGV[i]
  local start = math.max(reached, ends[flow] or tonumber(redis.call('HGET', KEYS[1], flow) or '0'))
  ends[flow] = start + ARGV[i + 1]
  places[#places + 1] = math.min(tonumber(ARGV[2]), 2 * math.floor(start / ARGV[1]) + ARGV[i + 2])
end
for flow, at in pairs(ends) do redis.call('HSET', KEYS[1], flow, tostring(at)) end
redis.call('PEXPIRE', KEYS[1], 86400000)
return places
`;

declare module "ioredis" {
  interface RedisCommander<Context> {
    hermodPlace(
      shares: string,
      width: number,
      last: number,
      ...orders: (string | number)[]
    ): Result<number[], Context>;
  }
}

/** Teaches a connection the script of shares. */
export function defineShareScript(redis: Redis): void {
  redis.defineCommand("hermodPlace", { numberOfKeys: 1, lua: REFUSE_OOM + PLACE });
}
