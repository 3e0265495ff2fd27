import type { Redis, Result } from "ioredis";
import { ALLOW_OOM, REFUSE_OOM } from "./memory-flags.ts";

/**
 * Writes a new record with its timer, or returns what a repeat needs to know of the one that is there. KEYS record, timers,
 * open; ARGV id, timer, field of the open messages to count it under, fields and values.
 */
const CREATE = `
if redis.call('EXISTS', KEYS[1]) == 1 then return redis.call('HGETALL', KEYS[1]) end
redis.call('HSET', KEYS[1], unpack(ARGV, 4))
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
redis.call('HINCRBY', KEYS[3], ARGV[3], 1)
return {}
`;

/**
 * Compare and set: writes what changed if the revision is still the expected one, and moves the index entries and counts
 * with it, and tells of it. KEYS record, timers, due, due of the account asked so far, held, open, events, finals; ARGV id, revision, timer ('' removes), due
 * ('' removes, '=' leaves), held ('' removes, '=' leaves, else the place), time to live ('' leaves), channel to tell ('' none),
 * fields of the open messages to count it out of and into ('' none), event ('' none), most events, most finals ('' it is none), number of fields to remove, those, fields and values to
 * set. Of several records of one partition: all their keys, and before the arguments of each their number. Returns of each 1, 0
 * (moved on) or -1 (missing).
 */
const COMMIT = `
local function commit(k, a, last)
  local id = ARGV[a + 1]
  local revision = redis.call('HGET', KEYS[k + 1], 'v')
  if not revision then
    redis.call('ZREM', KEYS[k + 2], id)
    redis.call('ZREM', KEYS[k + 3], id)
    redis.call('ZREM', KEYS[k + 5], id)
    return -1
  end
  if revision ~= ARGV[a + 2] then return 0 end
  local removed = tonumber(ARGV[a + 13])
  if removed > 0 then redis.call('HDEL', KEYS[k + 1], unpack(ARGV, a + 14, a + 13 + removed)) end
  if last > a + 13 + removed then redis.call('HSET', KEYS[k + 1], unpack(ARGV, a + 14 + removed, last)) end
  if ARGV[a + 3] == '' then redis.call('ZREM', KEYS[k + 2], id) else redis.call('ZADD', KEYS[k + 2], ARGV[a + 3], id) end
  if KEYS[k + 4] ~= KEYS[k + 3] then redis.call('ZREM', KEYS[k + 4], id) end
  if ARGV[a + 4] == '' then redis.call('ZREM', KEYS[k + 3], id)
  elseif ARGV[a + 4] ~= '=' then redis.call('ZADD', KEYS[k + 3], ARGV[a + 4], id) end
  if ARGV[a + 5] == '' then redis.call('ZREM', KEYS[k + 5], id)
  elseif ARGV[a + 5] ~= '=' then redis.call('ZADD', KEYS[k + 5], ARGV[a + 5], id) end
  if ARGV[a + 6] ~= '' then redis.call('PEXPIRE', KEYS[k + 1], ARGV[a + 6]) end
  if ARGV[a + 8] ~= '' then redis.call('HINCRBY', KEYS[k + 6], ARGV[a + 8], -1) end
  if ARGV[a + 9] ~= '' then redis.call('HINCRBY', KEYS[k + 6], ARGV[a + 9], 1) end
  if ARGV[a + 10] ~= '' then
    redis.call('XADD', KEYS[k + 7], 'MAXLEN', '~', ARGV[a + 11], '*', 'e', ARGV[a + 10])
    if ARGV[a + 12] ~= '' then redis.call('XADD', KEYS[k + 8], 'MAXLEN', '~', ARGV[a + 12], '*', 'e', ARGV[a + 10]) end
  end
  if ARGV[a + 7] ~= '' then redis.call('PUBLISH', ARGV[a + 7], '1') end
  return 1
end
local outcomes = {}
local a = 0
for k = 0, #KEYS - 1, 8 do
  local last = a + 1 + ARGV[a + 1]
  outcomes[#outcomes + 1] = commit(k, a + 1, last)
  a = last
end
return outcomes
`;

/**
 * Takes what is due from a sorted set of times, and puts it off for as long as the taker may need: if the
 * taker dies, it is due again. KEYS index; ARGV most entries, milliseconds to put off. Returns the time and
 * the ids.
 */
const CLAIM = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ids = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])
for _, id in ipairs(ids) do redis.call('ZADD', KEYS[1], now + ARGV[2], id) end
table.insert(ids, 1, tostring(now))
return ids
`;

declare module "ioredis" {
  interface RedisCommander<Context> {
    hermodCreate(
      record: string,
      timers: string,
      open: string,
      ...args: (string | number)[]
    ): Result<string[], Context>;
    hermodCommit(keyCount: number, ...args: (string | number)[]): Result<number[], Context>;
    hermodCommitAlways(keyCount: number, ...args: (string | number)[]): Result<number[], Context>;
    hermodClaim(index: string, most: number, putOffMs: number): Result<string[], Context>;
  }
}

/** Teaches a connection the scripts of records and their timers; a server that forgot them is taught again by itself. */
export function defineRecordScripts(redis: Redis): void {
  redis.defineCommand("hermodCreate", { numberOfKeys: 3, lua: REFUSE_OOM + CREATE });
  redis.defineCommand("hermodCommit", { lua: REFUSE_OOM + COMMIT });
  redis.defineCommand("hermodCommitAlways", { lua: ALLOW_OOM + COMMIT });
  redis.defineCommand("hermodClaim", { numberOfKeys: 1, lua: ALLOW_OOM + CLAIM });
}
