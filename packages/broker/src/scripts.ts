import type { Redis, Result } from "ioredis";

/** Writes a new record with its timer, or returns what a repeat needs to know of the one that is there. */
const CREATE = `
if redis.call('EXISTS', KEYS[1]) == 1 then return redis.call('HGETALL', KEYS[1]) end
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
return {}
`;

/**
 * Compare and set: writes what changed if the revision is still the expected one, and moves the index entries
 * with it. KEYS record, timers, due; ARGV id, revision, timer ('' removes), due ('' removes, '=' leaves),
 * time to live ('' leaves), channel to tell ('' none), number of fields to remove, those, fields and values
 * to set. Returns 1, 0 (moved on) or -1 (missing).
 */
const COMMIT = `
local revision = redis.call('HGET', KEYS[1], 'v')
if not revision then
  redis.call('ZREM', KEYS[2], ARGV[1])
  redis.call('ZREM', KEYS[3], ARGV[1])
  return -1
end
if revision ~= ARGV[2] then return 0 end
local removed = tonumber(ARGV[7])
if removed > 0 then redis.call('HDEL', KEYS[1], unpack(ARGV, 8, 7 + removed)) end
if #ARGV > 7 + removed then redis.call('HSET', KEYS[1], unpack(ARGV, 8 + removed)) end
if ARGV[3] == '' then redis.call('ZREM', KEYS[2], ARGV[1]) else redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1]) end
if ARGV[4] == '' then redis.call('ZREM', KEYS[3], ARGV[1])
elseif ARGV[4] ~= '=' then redis.call('ZADD', KEYS[3], ARGV[4], ARGV[1]) end
if ARGV[5] ~= '' then redis.call('PEXPIRE', KEYS[1], ARGV[5]) end
if ARGV[6] ~= '' then redis.call('PUBLISH', ARGV[6], '1') end
return 1
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

/**
 * Reserves evenly spaced slots by the time of Redis, unless the first one is too far away. KEYS pacer; ARGV slots,
 * milliseconds between them, milliseconds it may be away. Returns whether they are reserved, and the milliseconds until the
 * first one.
 */
const PACE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local first = math.max(now, tonumber(redis.call('GET', KEYS[1]) or '0'))
local away = string.format('%.3f', first - now)
if first - now > tonumber(ARGV[3]) then return { '0', away } end
local free = first + ARGV[1] * ARGV[2]
redis.call('SET', KEYS[1], string.format('%.3f', free), 'PX', math.ceil(free - now) + 60000)
return { '1', away }
`;

/** Keeps a pacer's slots shut for some time. KEYS pacer; ARGV milliseconds. */
const REST = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local free = math.max(now + ARGV[1], tonumber(redis.call('GET', KEYS[1]) or '0'))
redis.call('SET', KEYS[1], string.format('%.3f', free), 'PX', math.ceil(free - now) + 60000)
return 1
`;

/**
 * Takes numbers in a row from an account's sequence. KEYS sequence; ARGV count, numbers to pass over. Another
 * run of Redis than at the last call may have rolled the sequence back. An empty one starts at a number that
 * grows with time, four a second, so that even a Redis that lost everything does not start with last year's.
 * Returns the first number.
 */
const REFERENCE = `
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
local known = redis.call('HGET', KEYS[1], 'run')
if not known then redis.call('HSET', KEYS[1], 'n', math.max(0, redis.call('TIME')[1] - 1767225600) * 4)
elseif known ~= run then redis.call('HINCRBY', KEYS[1], 'n', ARGV[2]) end
redis.call('HSET', KEYS[1], 'run', run)
return redis.call('HINCRBY', KEYS[1], 'n', ARGV[1]) - ARGV[1] + 1
`;

/**
 * An outcome that is known must be written even when memory is short; beginning something new must not.
 * Without the first line Redis would refuse single commands, and none after a script's first deletion: half
 * of a script would be carried out.
 */
const ALLOW_OOM = "#!lua flags=allow-oom";
const REFUSE_OOM = "#!lua";

declare module "ioredis" {
  interface RedisCommander<Context> {
    hermodCreate(record: string, timers: string, ...args: (string | number)[]): Result<string[], Context>;
    hermodCommit(
      record: string,
      timers: string,
      due: string,
      ...args: (string | number)[]
    ): Result<number, Context>;
    hermodCommitAlways(
      record: string,
      timers: string,
      due: string,
      ...args: (string | number)[]
    ): Result<number, Context>;
    hermodClaim(index: string, most: number, putOffMs: number): Result<string[], Context>;
    hermodPace(
      pacer: string,
      slots: number,
      intervalMs: number,
      mostAwayMs: number,
    ): Result<[string, string], Context>;
    hermodReference(sequence: string, count: number, gap: number): Result<number, Context>;
    hermodRest(pacer: string, forMs: number): Result<number, Context>;
  }
}

/** Teaches a connection Hermod's scripts; a server that forgot them is taught again by itself. */
export function defineScripts(redis: Redis): void {
  redis.defineCommand("hermodCreate", { numberOfKeys: 2, lua: REFUSE_OOM + CREATE });
  redis.defineCommand("hermodCommit", { numberOfKeys: 3, lua: REFUSE_OOM + COMMIT });
  redis.defineCommand("hermodCommitAlways", { numberOfKeys: 3, lua: ALLOW_OOM + COMMIT });
  redis.defineCommand("hermodClaim", { numberOfKeys: 1, lua: ALLOW_OOM + CLAIM });
  redis.defineCommand("hermodPace", { numberOfKeys: 1, lua: ALLOW_OOM + PACE });
  redis.defineCommand("hermodReference", { numberOfKeys: 1, lua: REFUSE_OOM + REFERENCE });
  redis.defineCommand("hermodRest", { numberOfKeys: 1, lua: ALLOW_OOM + REST });
}
