import type { Redis, Result } from "ioredis";
import { REFUSE_OOM } from "./memory-flags.ts";

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

declare module "ioredis" {
  interface RedisCommander<Context> {
    hermodReference(sequence: string, count: number, gap: number): Result<number, Context>;
  }
}

/** Teaches a connection the script of references. */
export function defineReferenceScript(redis: Redis): void {
  redis.defineCommand("hermodReference", { numberOfKeys: 1, lua: REFUSE_OOM + REFERENCE });
}
