import type { Redis, Result } from "ioredis";
import { ALLOW_OOM } from "./memory-flags.ts";

/** A pacer is kept so long after its last slot: as long as what a refusal did to the pace may need to grow back. */
const PACER_KEPT_MS = 600_000;

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

/** Slots that were given back are kept in so many rows. */
const MOST_ROWS = 50;

/**
 * What every reservation begins with: KEYS pacer, breaker, shares; ARGV 4 message that would go, 5 easing, 8 where the order is that they
 * are for ('' nowhere). Nothing is reserved while the account's breaker is open and this is not the message that tries it, or when
 * the distance between slots was reckoned from an easing that is not the one in force.
 */
const ASKED = `${TAKE_OVER}
if ARGV[8] ~= '' and tonumber(redis.call('HGET', KEYS[3], '') or '0') < tonumber(ARGV[8]) then
  redis.call('HSET', KEYS[3], '', ARGV[8])
end
local open = redis.call('HMGET', KEYS[2], 'code', 'probe')
if open[1] and open[2] ~= ARGV[4] then return { 'open', open[1], open[2] or '' } end
local pace = redis.call('HMGET', KEYS[1], 'free', 'easing', 'since', 'back', 'log')
if (pace[2] or '') ~= ARGV[5] then return { 'eased', pace[2] or '' } end
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
`;

/**
 * Reserves evenly spaced slots by the time of Redis, unless the first one is too far away. What was given back goes first,
 * though it be fewer than were asked for. Keeps since when each slot has come right after another one: so long is the account
 * at its rate. KEYS pacer, breaker, shares; ARGV slots, milliseconds between them, milliseconds the first may be away, message
 * that would go, easing, milliseconds to keep free behind them, and before the first, and where the order is that they are for
 * ('' nowhere). Returns whether they are reserved, the milliseconds until the first one, those for which the account will have
 * been at its rate by then, the time of the first one, the milliseconds between them, how many there are and, if so, that this
 * message tries the breaker; or that the breaker is open, why, and which message may try it; or the easing in force.
 */
const PACE = `${ASKED}local free = math.max(now, tonumber(pace[1] or '0'))
if pace[4] and ARGV[6] == '0' then
  local rows, taken = {}, nil
  for _, row in ipairs(cjson.decode(pace[4])) do
    local at, every, slots = unpack(row)
    local gone = math.max(0, math.ceil((now + (taken and 0 or ARGV[7]) - at) / every))
    at, slots = at + gone * every, slots - gone
    if slots > 0 and not taken then
      taken = { at, every, math.min(slots, tonumber(ARGV[1])) }
      at, slots = at + taken[3] * every, slots - taken[3]
    end
    if slots > 0 then rows[#rows + 1] = { at, every, slots } end
  end
  if #rows > 0 then redis.call('HSET', KEYS[1], 'back', cjson.encode(rows)) else redis.call('HDEL', KEYS[1], 'back') end
  if taken then
    local limited = taken[1] - (tonumber(pace[3] or '') or taken[1])
    return { 'reserved', string.format('%.3f', taken[1] - now), string.format('%.3f', limited), string.format('%.3f', taken[1]), string.format('%.6f', taken[2]), tostring(taken[3]), open[2] or '' }
  end
end
if free - now > tonumber(ARGV[3]) then return { 'busy', string.format('%.3f', free - now) } end
local first = math.max(free, now + ARGV[7])
local away = string.format('%.3f', first - now)
local since = first
if free > now + ARGV[7] then since = tonumber(pace[3] or '') or now end
free = first + ARGV[1] * ARGV[2] + ARGV[6]
redis.call('HSET', KEYS[1], 'free', string.format('%.3f', free), 'since', string.format('%.3f', since))
redis.call('PEXPIRE', KEYS[1], math.ceil(free - now) + ${PACER_KEPT_MS})
return { 'reserved', away, string.format('%.3f', first - since), string.format('%.3f', first), ARGV[2], ARGV[1], open[2] or '' }
`;

/** Slots that are weighed are remembered in so many places of a window at the most: at high limits those of one place count as its last. */
const PLACES = 128;

/**
 * Reserves slots of requests that count for several units each, by the time of Redis: so that no window sees more of them than
 * the limit, and one comes so long after another as that one's units are worth. A request of more than the limit has a window
 * for itself, and those that its units are worth after it. KEYS and ARGV as above, but that ARGV[1] is a JSON list of units and
 * ARGV[2] the milliseconds that one is worth; and ARGV 9 the limit, 10 the window's milliseconds. Returns as above the state,
 * the milliseconds until the first slot, those at the rate and its time, and then the milliseconds of each slot after the first as JSON,
 * which are fewer than were asked for when the others are far away, and the message that tries.
 */
const PACE_UNITS = `${ASKED}
local limit, window, kept = tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[6])
local log, total = {}, 0
for at, units in string.gmatch(pace[5] or '', '([%d.]+):(%d+)') do
  log[#log + 1] = { tonumber(at), tonumber(units) }
  total = total + tonumber(units)
end
local oldest = 1
local function fits(at, counted)
  while log[oldest] do
    if log[oldest][1] <= at - window then
      total = total - log[oldest][2]
      oldest = oldest + 1
    elseif total + counted <= limit then return at
    else at = log[oldest][1] + window + 0.001 end
  end
  return at
end
local earliest = now + ARGV[7]
local at = math.max(earliest, tonumber(pace[1] or '0'))
local first, offsets = nil, {}
for _, units in ipairs(cjson.decode(ARGV[1])) do
  local counted = math.min(units, limit)
  at = fits(at, counted)
  if not first then
    if at - now > math.max(tonumber(ARGV[3]), tonumber(ARGV[7])) then return { 'busy', string.format('%.3f', at - now) } end
    first = at
  elseif at - first > window then break end
  offsets[#offsets + 1] = at - first
  local last, place = log[#log], window / ${PLACES}
  if last and oldest <= #log and math.floor(last[1] / place) == math.floor((at + kept) / place) then
    last[1], last[2] = at + kept, last[2] + counted
  else log[#log + 1] = { at + kept, counted } end
  total = total + counted
  at = at + units * ARGV[2] + kept
end
local words = {}
for place = oldest, #log do words[#words + 1] = string.format('%.3f:%d', log[place][1], log[place][2]) end
local since = first
if first > earliest then since = tonumber(pace[3] or '') or now end
redis.call('HSET', KEYS[1], 'free', string.format('%.3f', at), 'since', string.format('%.3f', since), 'log', table.concat(words, ','))
redis.call('PEXPIRE', KEYS[1], math.ceil(at - now) + ${PACER_KEPT_MS})
return { 'reserved', string.format('%.3f', first - now), string.format('%.3f', first - since), string.format('%.3f', first), cjson.encode(offsets), open[2] or '' }
`;

/**
 * Takes back slots that are not wanted any more, for whoever asks next. KEYS pacer; ARGV time of the first, milliseconds
 * between them, how many.
 */
const GIVE_BACK = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local pace = redis.call('HMGET', KEYS[1], 'free', 'back', 'shut')
if tonumber(ARGV[1]) < tonumber(pace[3] or '0') then return 0 end
local last = ARGV[1] + (ARGV[3] - 1) * ARGV[2]
if last < now or last > tonumber(pace[1] or '0') then return 0 end
local rows = pace[2] and cjson.decode(pace[2]) or {}
if #rows >= ${MOST_ROWS} then table.remove(rows, 1) end
rows[#rows + 1] = { tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]) }
redis.call('HSET', KEYS[1], 'back', cjson.encode(rows))
return 1
`;

/**
 * Keeps a pacer's slots shut for some time. KEYS pacer; ARGV milliseconds, easing that is thought to be in force, the one that
 * follows ('' for neither: whoever was faster has told of the same refusal). What was given back, or is given back later, of
 * that time is no slot any more.
 */
const REST = `${TAKE_OVER}
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local pace = redis.call('HMGET', KEYS[1], 'free', 'easing', 'shut')
local free = math.max(now + ARGV[1], tonumber(pace[1] or '0'))
local shut = math.max(now + ARGV[1], tonumber(pace[3] or '0'))
redis.call('HSET', KEYS[1], 'free', string.format('%.3f', free), 'shut', string.format('%.3f', shut))
redis.call('HDEL', KEYS[1], 'back')
if tonumber(pace[1] or '0') < now then redis.call('HSET', KEYS[1], 'since', string.format('%.3f', now)) end
if ARGV[3] ~= '' and (pace[2] or '') == ARGV[2] then redis.call('HSET', KEYS[1], 'easing', ARGV[3]) end
redis.call('PEXPIRE', KEYS[1], math.ceil(free - now) + ${PACER_KEPT_MS})
return 1
`;

/** What was decided, and what there is to say of it, as the scripts have it. */
type PaceReply = [kind: string, fact: string, limitedMs?: string, ...more: string[]];

declare module "ioredis" {
  interface RedisCommander<Context> {
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
    ): Result<PaceReply, Context>;
    hermodPaceUnits(
      pacer: string,
      breaker: string,
      shares: string,
      units: string,
      ...asked: (string | number)[]
    ): Result<PaceReply, Context>;
    hermodGiveBack(pacer: string, at: number, everyMs: number, slots: number): Result<number, Context>;
    hermodRest(pacer: string, forMs: number, easing: string, next: string): Result<number, Context>;
  }
}

/** Teaches a connection the scripts of the pacer. */
export function definePacerScripts(redis: Redis): void {
  redis.defineCommand("hermodPace", { numberOfKeys: 3, lua: ALLOW_OOM + PACE });
  redis.defineCommand("hermodPaceUnits", { numberOfKeys: 3, lua: ALLOW_OOM + PACE_UNITS });
  redis.defineCommand("hermodGiveBack", { numberOfKeys: 1, lua: ALLOW_OOM + GIVE_BACK });
  redis.defineCommand("hermodRest", { numberOfKeys: 1, lua: ALLOW_OOM + REST });
}
