import { openInstallation } from "@hermod/broker/installation";
import { openClient } from "@hermod/client";
import { dueScore } from "@hermod/core/polling/due-score";
import { waitUntil } from "@hermod/testing/wait";
import { Redis } from "ioredis";
import { textOf } from "./bench-account.ts";
import { STAYS_OPEN } from "./receipts.ts";

/** Copied by one call. */
const AT_ONCE = 2000;
/** From now, the first of them is due, and waited as long before. */
const DUE_MS = 3_600_000;

/**
 * Copies a message under ids that are a stem and a number, each a millisecond later than the one before. KEYS record, timers,
 * due, open, strings by number without their place; ARGV first, last, stem, timer, due, field of the open messages.
 */
const COPY = `
local fields = redis.call('HGETALL', KEYS[1])
local records = string.sub(KEYS[1], 1, -27)
for number = ARGV[1], ARGV[2] do
  local id = ARGV[3] .. string.format('%08d', number)
  redis.call('HSET', records .. id, unpack(fields))
  redis.call('ZADD', KEYS[2], ARGV[4] + number, id)
  redis.call('ZADD', KEYS[3], string.format('%.17g', ARGV[5] + number), id)
  redis.call('APPEND', KEYS[5] .. number % 256, '--------' .. id)
end
redis.call('HINCRBY', KEYS[4], ARGV[6], ARGV[2] - ARGV[1] + 1)
`;

/**
 * Has so many more messages followed: sent, open, and to be asked about in an hour and more. One is sent, and the others are copies of
 * it in all that Redis holds of a message.
 */
export async function followMore(redisUrl: string, count: number): Promise<void> {
  await using hermod = await openClient({ redisUrl });
  const message = textOf(0, { content: { text: STAYS_OPEN } });
  const { id } = await hermod.send(message);
  const isSent = async () => (await hermod.get(id))?.state === "submitted";
  await waitUntil("the message to be sent", isSent, { timeoutMs: 10_000 });

  const redis = new Redis(redisUrl);
  const { keys } = await openInstallation(redis);
  // Written as a whole at the end, and not again while something is measured.
  await redis.config("SET", "appendonly", "no");
  await redis.config("SET", "auto-aof-rewrite-percentage", "0");
  const now = Date.now();
  const [day = ""] = await redis.zrange(keys.numberDays(0), "0", "0");
  const { account = "", priority } = message;
  const numbers = keys.numbers(0, Number(day), 0).slice(0, -1);
  const touched = [keys.record(id), keys.timers(0), keys.due(0, account), keys.open(0), numbers];
  const like = [
    id.slice(0, -8),
    now + DUE_MS,
    dueScore(now + DUE_MS, DUE_MS),
    `${account} ${priority} submitted`,
  ];
  for (let first = 0; first < count; first += AT_ONCE) {
    const last = Math.min(count, first + AT_ONCE) - 1;
    await redis.eval(COPY, touched.length, ...touched, first, last, ...like);
  }
  await redis.config("SET", "appendonly", "yes");
  const isWritten = async () =>
    /aof_rewrite_in_progress:0[\s\S]*aof_rewrite_scheduled:0/.test(await redis.info("persistence"));
  await waitUntil("all to be on disk", isWritten, { timeoutMs: 120_000, everyMs: 100 });
  redis.disconnect();
}
