import type { Redis, Result } from "ioredis";
import { ALLOW_OOM, READ_ONLY, REFUSE_OOM } from "./memory-flags.ts";

/**
 * What a script is told about many messages comes as one JSON text, and what it tells of them goes back as one: each word that
 * crosses alone costs the client more than all of Redis' work.
 */

/**
 * Reads records of one partition. KEYS records. Returns the time, and the hash of each as a JSON list of names and values in turn
 * ({} for none).
 */
const LOAD = `
local hashes = {}
for place, key in ipairs(KEYS) do hashes[place] = redis.call('HGETALL', key) end
local time = redis.call('TIME')
return { time[1], time[2], cjson.encode(hashes) }
`;

/**
 * Writes new records with their timers, makes them known by their numbers, and returns what a repeat needs to know of those that are
 * there. KEYS timers, open, days of numbers, then of each its record and the entries by numbers; ARGV JSON, now. The JSON has of each record its id, timer,
 * field of the open messages to count it under, names and values, entry by its number, the day of that and its end. Returns the time, and as LOAD what was
 * there of each ({} for none: it is new).
 */
const CREATE = `
local found, timers, counts, day = {}, {}, {}, nil
for place, new in ipairs(cjson.decode(ARGV[1])) do
  local key, numbers = KEYS[2 * place + 2], KEYS[2 * place + 3]
  found[place] = redis.call('HGETALL', key)
  if #found[place] == 0 then
    redis.call('HSET', key, unpack(new[4]))
    timers[#timers + 1] = new[2]
    timers[#timers + 1] = new[1]
    counts[new[3]] = (counts[new[3]] or 0) + 1
    redis.call('APPEND', numbers, new[5])
    redis.call('PEXPIREAT', numbers, new[7], 'NX')
    if new[6] ~= day then
      day = new[6]
      if redis.call('ZADD', KEYS[3], new[7], day) == 1 then redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', ARGV[2]) end
    end
  end
end
if #timers > 0 then redis.call('ZADD', KEYS[1], unpack(timers)) end
for field, by in pairs(counts) do redis.call('HINCRBY', KEYS[2], field, by) end
local time = redis.call('TIME')
return { time[1], time[2], cjson.encode(found) }
`;

/**
 * Compare and set of records of one partition: writes what changed of those whose revision is still the expected one, and moves
 * their index entries and counts with it, and tells of it. KEYS timers, open, events, those that changes name, records; ARGV most events, most
 * finals, number of keys that changes name, JSON: of each change
 *   1 id, 2 revision,
 *   3 timer ('' removes),
 *   4 key of the due index, 5 due ('' removes, '=' leaves), 6 key of the due index of the account asked so far (0 the same),
 *   7 key of the held messages, 8 place there ('' removes, '=' leaves),
 *   9 time to live ('' leaves), 10 channel to tell ('' none),
 *   11, 12 fields of the open messages to count it out of and into ('' none),
 *   13 event ('' none), 14 key of the finals (0 it is none),
 *   15 names to remove, 16 names and values to set.
 * Keys are named by their place among those that changes name. Returns of each change 1, 0 (moved on) or -1 (missing).
 */
const COMMIT = `
local named = tonumber(ARGV[3])
local entries, counts, outcomes = {}, {}, {}
local function move(key, id, score)
  if score == '=' then return end
  local moves = entries[key]
  if not moves then
    moves = {}
    entries[key] = moves
  end
  moves[id] = score
end
local function count(field, by)
  if field ~= '' then counts[field] = (counts[field] or 0) + by end
end
local function commit(key, c)
  local id, due, held = c[1], KEYS[3 + c[4]], KEYS[3 + c[7]]
  local revision = redis.call('HGET', key, 'v')
  if not revision then
    move(KEYS[1], id, '')
    move(due, id, '')
    move(held, id, '')
    return -1
  end
  if revision ~= c[2] then return 0 end
  if #c[15] > 0 then redis.call('HDEL', key, unpack(c[15])) end
  if #c[16] > 0 then redis.call('HSET', key, unpack(c[16])) end
  move(KEYS[1], id, c[3])
  if c[6] > 0 then move(KEYS[3 + c[6]], id, '') end
  move(due, id, c[5])
  move(held, id, c[8])
  if c[9] ~= '' then redis.call('PEXPIRE', key, c[9]) end
  count(c[11], -1)
  count(c[12], 1)
  if c[13] ~= '' then
    redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[1], '*', 'e', c[13])
    if c[14] > 0 then redis.call('XADD', KEYS[3 + c[14]], 'MAXLEN', '~', ARGV[2], '*', 'e', c[13]) end
  end
  if c[10] ~= '' then redis.call('PUBLISH', c[10], '1') end
  return 1
end
for place, change in ipairs(cjson.decode(ARGV[4])) do
  outcomes[place] = commit(KEYS[3 + named + place], change)
end
for key, moves in pairs(entries) do
  local added, removed = {}, {}
  for id, score in pairs(moves) do
    if score == '' then removed[#removed + 1] = id
    else
      added[#added + 1] = score
      added[#added + 1] = id
    end
  end
  if #removed > 0 then redis.call('ZREM', key, unpack(removed)) end
  if #added > 0 then redis.call('ZADD', key, unpack(added)) end
end
for field, by in pairs(counts) do
  if by ~= 0 then redis.call('HINCRBY', KEYS[2], field, by) end
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

/** The time, and the hashes of records as JSON. */
export type FoundReply = readonly [seconds: string, microseconds: string, hashes: string];

declare module "ioredis" {
  interface RedisCommander<Context> {
    hermodLoad(keyCount: number, ...records: string[]): Result<FoundReply, Context>;
    hermodCreate(keyCount: number, ...args: string[]): Result<FoundReply, Context>;
    hermodCommit(keyCount: number, ...args: (string | number)[]): Result<number[], Context>;
    hermodCommitAlways(keyCount: number, ...args: (string | number)[]): Result<number[], Context>;
    hermodClaim(index: string, most: number, putOffMs: number): Result<string[], Context>;
  }
}

/** Teaches a connection the scripts of records and their timers; a server that forgot them is taught again by itself. */
export function defineRecordScripts(redis: Redis): void {
  redis.defineCommand("hermodLoad", { lua: READ_ONLY + LOAD });
  redis.defineCommand("hermodCreate", { lua: REFUSE_OOM + CREATE });
  redis.defineCommand("hermodCommit", { lua: REFUSE_OOM + COMMIT });
  redis.defineCommand("hermodCommitAlways", { lua: ALLOW_OOM + COMMIT });
  redis.defineCommand("hermodClaim", { numberOfKeys: 1, lua: ALLOW_OOM + CLAIM });
}
