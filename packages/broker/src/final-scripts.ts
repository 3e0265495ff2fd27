import type { Redis, Result } from "ioredis";

/** Field names and values in a row as a table, as XINFO answers. */
const FIELDS = `
local function fields(flat)
  local named = {}
  for i = 1, #flat, 2 do named[flat[i]] = flat[i + 1] end
  return named
end
`;

/**
 * Makes a group of consumers where it is missing, and forgets those of its consumers that have nothing in hand. KEYS stream;
 * ARGV group, where it begins, milliseconds a consumer must not have been heard of.
 */
const JOIN = `${FIELDS}
local made = redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], ARGV[2], 'MKSTREAM')
if made.err and not string.find(made.err, 'BUSYGROUP', 1, true) then return made end
for _, flat in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local one = fields(flat)
  if one.pending == 0 and one.idle > tonumber(ARGV[3]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], one.name)
  end
end
return 1
`;

/**
 * Removes the oldest entries of a stream beyond so many. KEYS stream; ARGV entries to keep, most to remove. Returns for each
 * group how many of those it had not acknowledged.
 */
const TRIM = `${FIELDS}
local over = math.min(redis.call('XLEN', KEYS[1]) - tonumber(ARGV[1]), tonumber(ARGV[2]))
if over <= 0 then return {} end
local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', over + 1)
local last = oldest[over][1]
local missed = {}
for _, flat in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local group = fields(flat)
  local pending = #redis.call('XPENDING', KEYS[1], group.name, '-', last, over)
  local untouched = #redis.call('XRANGE', KEYS[1], '(' .. group['last-delivered-id'], last)
  table.insert(missed, { group.name, pending + untouched })
end
redis.call('XTRIM', KEYS[1], 'MINID', oldest[over + 1][1])
return missed
`;

/**
 * How many entries of a stream a group has not acknowledged, and the id of the oldest of them ('' for none). KEYS stream; ARGV
 * group.
 */
const WAITING = `${FIELDS}
local groups = redis.pcall('XINFO', 'GROUPS', KEYS[1])
if groups.err then return { 0, '' } end
for _, flat in ipairs(groups) do
  local group = fields(flat)
  if group.name == ARGV[1] then
    local first = redis.call('XRANGE', KEYS[1], '(' .. group['last-delivered-id'], '+', 'COUNT', 1)[1]
    local pending = redis.call('XPENDING', KEYS[1], ARGV[1])
    local untouched = 0
    if first then untouched = group.lag or redis.call('XLEN', KEYS[1]) end
    return { pending[1] + untouched, pending[2] or first and first[1] or '' }
  end
end
return { 0, '' }
`;

declare module "ioredis" {
  interface RedisCommander<Context> {
    hermodJoin(stream: string, group: string, from: string, forgottenMs: number): Result<number, Context>;
    hermodTrim(stream: string, keep: number, most: number): Result<[string, number][], Context>;
    hermodWaiting(stream: string, group: string): Result<[count: number, oldest: string], Context>;
  }
}

/** Teaches a connection the scripts of consumer groups. */
export function defineFinalScripts(redis: Redis): void {
  redis.defineCommand("hermodJoin", { numberOfKeys: 1, lua: JOIN });
  redis.defineCommand("hermodTrim", { numberOfKeys: 1, lua: TRIM });
  redis.defineCommand("hermodWaiting", { numberOfKeys: 1, lua: WAITING });
}
