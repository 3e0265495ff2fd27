import { dueFill, OVERDUE_MS, redisMemory, timersFill } from "@hermod/broker/backlog";
import type { RedisLink } from "@hermod/broker/connect";
import type { Broker } from "@hermod/broker/open-broker";
import type { FollowedAccount } from "@hermod/broker/plan-checks";
import type { Backlog } from "@hermod/service/backlog-metrics";

/** Counts what lies in Redis for these accounts. */
export async function lookAtBacklog(
  { redis, clock }: Pick<RedisLink, "redis" | "clock">,
  { installation: { keys }, queues, store, breakers }: Broker,
  accounts: readonly FollowedAccount[],
): Promise<Backlog> {
  const at = clock.now();
  const [timers, memory, open, ...each] = await Promise.all([
    timersFill(redis, keys, at, OVERDUE_MS),
    redisMemory(redis),
    store.countOpen(),
    ...accounts.map(async ({ name: account, batch, maxMs }) => {
      const [checks, send, check, breaker] = await Promise.all([
        // What shares requests may wait for company as long as for anything.
        dueFill(redis, keys, account, at, OVERDUE_MS, batch > 1 ? maxMs : 0),
        queues.counts("send", account),
        queues.counts("check", account),
        breakers.get(account),
      ]);
      return [account, { checks, orders: { send, check }, openFor: breaker?.code }] as const;
    }),
  ]);
  return { timers, memory, open, accounts: new Map(each) };
}
