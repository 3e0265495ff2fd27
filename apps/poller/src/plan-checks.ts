import type { Broker } from "@hermod/broker/open-broker";
import type { RedisClock } from "@hermod/broker/redis-clock";
import { MAX_IDS_PER_JOB } from "@hermod/core/job";

/** How an account is followed. */
export interface FollowedAccount {
  readonly name: string;
  readonly statusPerSecond: number;
  /** Most messages in one status request. */
  readonly statusBatch: number;
}

/** Orders that may wait at once, of each account: enough to keep the workers busy until the next look. */
const ORDERS_WAITING = 2;

/** A claimed message is due again after this time, should whoever took it die. */
const CLAIM_MS = 60_000;

/**
 * Turns what is due at one account into check orders, no more than its status budget lets through in about a
 * second each.
 */
export async function planChecks(
  broker: Broker,
  clock: RedisClock,
  account: FollowedAccount,
): Promise<number> {
  const { store, queues } = broker;
  const room = ORDERS_WAITING - (await queues.waiting("check", account.name));
  if (room <= 0) return 0;
  const { statusPerSecond, statusBatch } = account;
  // Whole requests only: what is left over of an order would be asked about in a request of its own.
  const requests = Math.floor(Math.min(MAX_IDS_PER_JOB, statusPerSecond * statusBatch) / statusBatch);
  const perOrder = Math.max(1, requests) * statusBatch;
  const ids = await store.claimDue(account.name, room * perOrder, CLAIM_MS);
  const orders = [];
  for (let start = 0; start < ids.length; start += perOrder) {
    const some = ids.slice(start, start + perOrder);
    const jobId = `c-${some[0]}-${clock.now().toString(36)}`;
    orders.push({ jobId, priority: "normal" as const, ids: some });
  }
  await queues.add("check", account.name, orders);
  return ids.length;
}
