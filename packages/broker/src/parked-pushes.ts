import type { Redis, Result } from "ioredis";
import type { Keys } from "./keys.ts";
import { replies } from "./replies.ts";

/** A push whose message is not known yet. */
export interface ParkedPush {
  /** What the provider names the message by. */
  readonly identity: string;
  /** What it said, one statement a line, oldest first. */
  readonly statements: readonly string[];
  /** The whole of it as it was read, to be given back to `remove`. */
  readonly stored: string;
}

export interface Claimed {
  readonly pushes: readonly ParkedPush[];
  /** How many were given up now because nobody came to be named so. */
  readonly expired: number;
}

/** How a push was parked; `refused` when too much is said of one message, `displaced` when the oldest had to go for it. */
export type Parking = "parked" | "displaced" | "refused";

/**
 * Keeps what was pushed before its message had the name it was pushed under: so many of an account, for so long. A statement
 * is kept once, however often it comes.
 */
export interface ParkedPushes {
  park(account: string, identity: string, statement: string): Promise<Parking>;
  /** Takes those that are due to be looked at, and puts them off: the older they are, the longer. */
  claim(account: string, most: number, keptMs: number): Promise<Claimed>;
  /** Forgets one, unless more has come in since it was read. */
  remove(account: string, push: ParkedPush): Promise<void>;
  count(accounts: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

/** Of each account. A push comes seconds too early, so that the newest are those that somebody waits for. */
const MOST = 10_000;
const MOST_BYTES = 4096;
const FIRST_LOOK_MS = 50;
/** Whatever is left when no ingress runs. */
const KEPT_AT_MOST_MS = 86_400_000;

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/** KEYS due, parked; ARGV identity, statement, most, bytes, milliseconds. */
const PARK = `#!lua${NOW}
local known = redis.call('HGET', KEYS[2], ARGV[1])
local result = 'parked'
if known then
  if string.find(known .. '\\n', '\\n' .. ARGV[2] .. '\\n', 1, true) then return result end
  if #known + #ARGV[2] > tonumber(ARGV[4]) then return 'refused' end
  redis.call('HSET', KEYS[2], ARGV[1], known .. '\\n' .. ARGV[2])
else
  if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then
    local last = redis.call('ZPOPMAX', KEYS[1])
    redis.call('HDEL', KEYS[2], last[1])
    result = 'displaced'
  end
  redis.call('HSET', KEYS[2], ARGV[1], string.format('%.0f', now) .. '\\n' .. ARGV[2])
end
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('PEXPIRE', KEYS[2], ARGV[5])
return result
`;

/** KEYS due, parked; ARGV most, milliseconds until the second look, milliseconds it is kept. Returns the expired, then pairs. */
const CLAIM_PARKED = `#!lua flags=allow-oom${NOW}
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])
local expired = 0
local claimed = { 0 }
for _, identity in ipairs(due) do
  local stored = redis.call('HGET', KEYS[2], identity)
  local since = stored and tonumber(string.match(stored, '^%d+')) or 0
  if not stored then
    redis.call('ZREM', KEYS[1], identity)
  elseif now - since > tonumber(ARGV[3]) then
    redis.call('ZREM', KEYS[1], identity)
    redis.call('HDEL', KEYS[2], identity)
    expired = expired + 1
  else
    redis.call('ZADD', KEYS[1], now + math.max(ARGV[2], (now - since) / 2), identity)
    table.insert(claimed, identity)
    table.insert(claimed, stored)
  end
end
claimed[1] = expired
return claimed
`;

/** KEYS due, parked; ARGV identity, what was read. */
const REMOVE_PARKED = `#!lua flags=allow-oom
if redis.call('HGET', KEYS[2], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[2], ARGV[1])
return redis.call('ZREM', KEYS[1], ARGV[1])
`;

declare module "ioredis" {
  interface RedisCommander<Context> {
    hermodPark(
      due: string,
      parked: string,
      ...args: [identity: string, statement: string, most: number, bytes: number, keptMs: number]
    ): Result<Parking, Context>;
    hermodClaimParked(
      due: string,
      parked: string,
      ...args: [most: number, gapMs: number, keptMs: number]
    ): Result<[number, ...string[]], Context>;
    hermodRemoveParked(
      due: string,
      parked: string,
      identity: string,
      stored: string,
    ): Result<number, Context>;
  }
}

export function openParkedPushes(redis: Redis, keys: Keys): ParkedPushes {
  redis.defineCommand("hermodPark", { numberOfKeys: 2, lua: PARK });
  redis.defineCommand("hermodClaimParked", { numberOfKeys: 2, lua: CLAIM_PARKED });
  redis.defineCommand("hermodRemoveParked", { numberOfKeys: 2, lua: REMOVE_PARKED });
  const keysOf = (account: string) => [keys.parkedDue(account), keys.parked(account)] as const;
  return {
    park: (account, identity, statement) =>
      redis.hermodPark(...keysOf(account), identity, statement, MOST, MOST_BYTES, KEPT_AT_MOST_MS),
    async claim(account, most, keptMs) {
      const reply = await redis.hermodClaimParked(...keysOf(account), most, FIRST_LOOK_MS, keptMs);
      const [expired, ...pairs] = reply;
      const pushes: ParkedPush[] = [];
      for (let index = 0; index < pairs.length; index += 2) {
        const stored = pairs[index + 1] ?? "";
        const [, ...statements] = stored.split("\n");
        pushes.push({ identity: pairs[index] ?? "", statements, stored });
      }
      return { pushes, expired };
    },
    async remove(account, { identity, stored }) {
      await redis.hermodRemoveParked(...keysOf(account), identity, stored);
    },
    async count(accounts) {
      const pipeline = redis.pipeline();
      for (const account of accounts) pipeline.zcard(keys.parkedDue(account));
      const counts = await replies(pipeline);
      return new Map(accounts.map((account, index) => [account, Number(counts[index])]));
    },
  };
}
