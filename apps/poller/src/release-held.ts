import type { Broker } from "@hermod/broker/open-broker";
import type { RedisClock } from "@hermod/broker/redis-clock";
import { apply } from "@hermod/core/apply";
import { releasable } from "@hermod/core/breaker";
import type { MessageRecord } from "@hermod/core/record";
import { drive } from "./drive.ts";

/** Held messages released in one round. */
const MOST = 500;

/** A message is held a moment before its account's breaker opens: whoever looks in between must not release it. */
const OPENS_WITHIN_MS = 1000;

/**
 * Releases what is held for an account: all of it, in order, once its breaker is closed; one message at a time while it is open,
 * to try whether the account works again, and the next when its attempt can no longer be under way. Returns how many.
 */
export async function releaseHeld(
  broker: Broker,
  clock: RedisClock,
  account: string,
  leaseMs: number,
): Promise<number> {
  const breaker = await broker.breakers.get(account);
  const most = releasable(breaker, clock.now(), MOST);
  if (most === 0) return 0;
  const ids = await broker.store.firstHeld(account, most);
  const [first] = ids;
  if (first === undefined) return 0;
  if (breaker !== undefined && !(await broker.breakers.probe(account, first, leaseMs))) return 0;
  const at = clock.now();
  const loaded = await broker.store.load(ids);
  const held = loaded.flatMap((found) => {
    if (found.kind !== "record") return [];
    const isSettled = breaker !== undefined || found.record.updatedAt <= at - OPENS_WITHIN_MS;
    return isSettled ? [found.record] : [];
  });
  const changes = held.map((before) => ({ before, after: apply(before, { type: "release", at }) }));
  const committed = await broker.store.commit(changes, "always");
  const released: MessageRecord[] = committed.flatMap((result) =>
    result.kind === "committed" && result.record.state === "queued" ? [result.record] : [],
  );
  // Somebody else had it, or it is over: it tries nothing, and the next one need not wait for it.
  if (breaker !== undefined && released.length === 0) await broker.breakers.trip(account, breaker.code, 0);
  await drive(broker, at, released);
  return released.length;
}
