import { LEAST_GAP_CODE } from "@hermod/core/polling/due-score";
import { PLACE_PRICE } from "@hermod/core/polling/poll-terms";
import { FREE_PLACE_CREDIT } from "@hermod/core/polling/request";
import type { Redis, Result } from "ioredis";
import { ALLOW_OOM } from "./memory-flags.ts";

/** Parts of a score (`due-score.ts`), and the time. */
const SCORES = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function parts(score)
  local due = math.floor(score)
  return due, (score - due) * 4096
end
`;

/**
 * Takes what pays for requests out of the due index, as \`request.ts\` says: of the messages that are due first, as many as fit into
 * a request, none until together they have paid for it. What is taken is put off for as long as its taker may need; if the taker
 * dies, it is due again. KEYS due, budget; ARGV most messages in a request, longest wait, milliseconds to put off, most requests,
 * requests a second, requests at once, '1' if each message pays for itself. Returns the time, and the ids of each request.
 */
const CLAIM_DUE = `${SCORES}
local batch, longest, lease = tonumber(ARGV[1]), ARGV[2] * 0.99, tonumber(ARGV[3])
local share = ${PLACE_PRICE} + 1 / batch
local alone = batch == 1 or ARGV[7] == '1'
local least = alone and 0 or ${FREE_PLACE_CREDIT}
local function credit(score)
  local due, code = parts(score)
  if code < ${LEAST_GAP_CODE} then return now >= due and 1 or nil end
  if alone then return now >= due and 1 or 0 end
  local gap = 2 ^ (code / 128)
  if now >= due and now - due + gap >= longest then return 1 end
  local waited = math.max(0, 1 + (now - due) / gap)
  return share * waited * waited - ${PLACE_PRICE}
end

local rate, burst = ARGV[5] / 1000, tonumber(ARGV[6])
local kept = redis.call('HMGET', KEYS[2], 'tokens', 'at')
local tokens = burst
if kept[1] then tokens = math.min(burst, kept[1] + math.max(0, now - kept[2]) * rate) end

local claimed = { tostring(now) }
while #claimed <= tonumber(ARGV[4]) and tokens >= 1 do
  local chosen, seen, paid, from = {}, 0, 0, 0
  repeat
    local page = redis.call('ZRANGE', KEYS[1], from, from + batch - 1, 'WITHSCORES')
    for place = 1, #page, 2 do
      local earned = credit(tonumber(page[place + 1]))
      if earned and seen < batch then
        seen = seen + 1
        paid = paid + math.max(0, earned)
        if earned > least then chosen[#chosen + 1] = page[place] end
      end
    end
    from = from + batch
  until seen == batch or #page < 2 * batch
  if paid < 1 then break end
  for _, id in ipairs(chosen) do redis.call('ZADD', KEYS[1], now + lease, id) end
  tokens = tokens - 1
  claimed[#claimed + 1] = chosen
end
if #claimed > 1 then
  redis.call('HSET', KEYS[2], 'tokens', tostring(tokens), 'at', now)
  redis.call('PEXPIRE', KEYS[2], math.ceil(burst / rate) + 60000)
end
return claimed
`;

/**
 * Begins to ask about claimed messages. One that somebody else asks about just now is left out, and so is one that was answered for
 * since it was claimed. KEYS due; ARGV milliseconds that the asking may last, ids. Returns the ids to ask about.
 */
const TAKE_DUE = `${SCORES}
local taken = {}
for place = 2, #ARGV do
  local score = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[place]) or nil)
  if score then
    local due, code = parts(score)
    if code == 0 or due <= now then
      redis.call('ZADD', KEYS[1], string.format('%.17g', now + ARGV[1] + 1 / 4096), ARGV[place])
      taken[#taken + 1] = ARGV[place]
    end
  end
end
return taken
`;

/** Makes due again what was taken and then not asked about. KEYS due; ARGV ids. */
const GIVE_BACK_DUE = `${SCORES}
for _, id in ipairs(ARGV) do
  local score = tonumber(redis.call('ZSCORE', KEYS[1], id) or nil)
  if score then
    local due, code = parts(score)
    if code < ${LEAST_GAP_CODE} and due > now then redis.call('ZADD', KEYS[1], now, id) end
  end
end
return 1
`;

declare module "ioredis" {
  interface RedisCommander<Context> {
    hermodClaimDue(
      due: string,
      budget: string,
      ...args: (number | string)[]
    ): Result<[now: string, ...requests: string[][]], Context>;
    hermodTakeDue(due: string, forMs: number, ...ids: string[]): Result<string[], Context>;
    hermodGiveBackDue(due: string, ...ids: string[]): Result<number, Context>;
  }
}

/** Teaches a connection the scripts of the due index. */
export function defineDueScripts(redis: Redis): void {
  redis.defineCommand("hermodClaimDue", { numberOfKeys: 2, lua: ALLOW_OOM + CLAIM_DUE });
  redis.defineCommand("hermodTakeDue", { numberOfKeys: 1, lua: ALLOW_OOM + TAKE_DUE });
  redis.defineCommand("hermodGiveBackDue", { numberOfKeys: 1, lua: ALLOW_OOM + GIVE_BACK_DUE });
}
