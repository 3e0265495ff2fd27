import type { Redis, Result } from "ioredis";

/** A pacer is kept so long after its last slot: as long as what a refusal did to the pace may need to grow back. */
const PACER_KEPT_MS = 600_000;

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

/**
 * Takes over the pace of a worker of an earlier version, which kept a number there: the limit holds while both run. The earlier one
 * finds no number any more, begins nothing, and gives its orders back.
 */
const TAKE_OVER = `
if redis.call('TYPE', KEYS[1]).ok == 'string' then
  local free = redis.call('GET', KEYS[1])
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'free', free)
  redis.call('PEXPIRE', KEYS[1], ${PACER_KEPT_MS})
end
`;

/**
 * Reserves evenly spaced slots by the time of Redis, unless the first one is too far away, the account's breaker is open and
 * this is not the message that tries it, or the distance between slots was reckoned from an easing that is not the one in force.
 * KEYS pacer, breaker, shares; ARGV slots, milliseconds between them, milliseconds the first may be away, message that would go, easing,
 * milliseconds to keep free behind them, and before the first, and where the order is that they are for ('' nowhere). Returns whether they are reserved, the milliseconds until the first one and, if so, that
 * this message tries the breaker; or that the breaker is open, why, and which message may try it; or the easing in force.
 */
const PACE = `${TAKE_OVER}
if ARGV[8] ~= '' and tonumber(redis.call('HGET', KEYS[3], '') or '0') < tonumber(ARGV[8]) then
  redis.call('HSET', KEYS[3], '', ARGV[8])
end
local open = redis.call('HMGET', KEYS[2], 'code', 'probe')
if open[1] and open[2] ~= ARGV[4] then return { 'open', open[1], open[2] or '' } end
local pace = redis.call('HMGET', KEYS[1], 'free', 'easing')
if (pace[2] or '') ~= ARGV[5] then return { 'eased', pace[2] or '' } end
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local free = math.max(now, tonumber(pace[1] or '0'))
if free - now > tonumber(ARGV[3]) then return { 'busy', string.format('%.3f', free - now) } end
local first = math.max(free, now + ARGV[7])
local away = string.format('%.3f', first - now)
free = first + ARGV[1] * ARGV[2] + ARGV[6]
redis.call('HSET', KEYS[1], 'free', string.format('%.3f', free))
redis.call('PEXPIRE', KEYS[1], math.ceil(free - now) + ${PACER_KEPT_MS})
return { 'reserved', away, open[2] or nil }
`;

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

/**
 * Keeps a pacer's slots shut for some time. KEYS pacer; ARGV milliseconds, easing that is thought to be in force, the one that
 * follows ('' for neither: whoever was faster has told of the same refusal).
 */
const REST = `${TAKE_OVER}
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local pace = redis.call('HMGET', KEYS[1], 'free', 'easing')
local free = math.max(now + ARGV[1], tonumber(pace[1] or '0'))
redis.call('HSET', KEYS[1], 'free', string.format('%.3f', free))
if ARGV[3] ~= '' and (pace[2] or '') == ARGV[2] then redis.call('HSET', KEYS[1], 'easing', ARGV[3]) end
redis.call('PEXPIRE', KEYS[1], math.ceil(free - now) + ${PACER_KEPT_MS})
return 1
`;

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

/**
 * Takes numbers in a row from the sequence. KEYS sequence; ARGV count, numbers to pass over. Another
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
    hermodCreate(
      record: string,
      timers: string,
      open: string,
      ...args: (string | number)[]
    ): Result<string[], Context>;
    hermodCommit(keyCount: number, ...args: (string | number)[]): Result<number[], Context>;
    hermodCommitAlways(keyCount: number, ...args: (string | number)[]): Result<number[], Context>;
    hermodClaim(index: string, most: number, putOffMs: number): Result<string[], Context>;
    hermodPace(
      pacer: string,
      breaker: string,
      shares: string,
      slots: number,
      intervalMs: number,
      mostAwayMs: number,
      message: string,
      easing: string,
      keptFreeMs: number,
      soonestInMs: number,
      reached: number | "",
    ): Result<[kind: string, fact: string, probe?: string], Context>;
    hermodPlace(
      shares: string,
      width: number,
      last: number,
      ...orders: (string | number)[]
    ): Result<number[], Context>;
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
    hermodReference(sequence: string, count: number, gap: number): Result<number, Context>;
    hermodRest(pacer: string, forMs: number, easing: string, next: string): Result<number, Context>;
  }
}

/** Teaches a connection Hermod's scripts; a server that forgot them is taught again by itself. */
export function defineScripts(redis: Redis): void {
  redis.defineCommand("hermodCreate", { numberOfKeys: 3, lua: REFUSE_OOM + CREATE });
  redis.defineCommand("hermodCommit", { lua: REFUSE_OOM + COMMIT });
  redis.defineCommand("hermodCommitAlways", { lua: ALLOW_OOM + COMMIT });
  redis.defineCommand("hermodClaim", { numberOfKeys: 1, lua: ALLOW_OOM + CLAIM });
  redis.defineCommand("hermodPace", { numberOfKeys: 3, lua: ALLOW_OOM + PACE });
  redis.defineCommand("hermodPlace", { numberOfKeys: 1, lua: REFUSE_OOM + PLACE });
  redis.defineCommand("hermodTrip", { numberOfKeys: 1, lua: ALLOW_OOM + TRIP });
  redis.defineCommand("hermodClose", { numberOfKeys: 1, lua: ALLOW_OOM + CLOSE });
  redis.defineCommand("hermodProbe", { numberOfKeys: 1, lua: ALLOW_OOM + PROBE });
  redis.defineCommand("hermodRefuse", { numberOfKeys: 1, lua: ALLOW_OOM + REFUSE });
  redis.defineCommand("hermodReference", { numberOfKeys: 1, lua: REFUSE_OOM + REFERENCE });
  redis.defineCommand("hermodRest", { numberOfKeys: 1, lua: ALLOW_OOM + REST });
}
