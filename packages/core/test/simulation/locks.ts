import type { Holder, Order } from "./orders.ts";
import { LOCK_MS, STALLED_MS } from "./plan.ts";
import { isRunning } from "./process.ts";
import type { World } from "./world.ts";

/** Keeps the lock of an order that was just taken in hand for as long as its holder can; finds out when it cannot. */
export function keepLock(world: World, order: Order, holder: Holder, onStalled: () => void): void {
  const { agenda, redis, random } = world;
  const { process } = holder;
  const later = (at: number, act: () => void): void => agenda.at(at, act);
  const isAlive = (): boolean => process.life === holder.life && !holder.isGone;

  const renew = (): void => {
    const now = agenda.now();
    if (order.holder !== holder) {
      notice();
      return;
    }
    if (isAlive() && isRunning(world, process) && redis.awayUntil <= now) {
      holder.lockedUntil = now + LOCK_MS;
      later(now + LOCK_MS / 2, renew);
      return;
    }
    later(Math.max(holder.lockedUntil, redis.awayUntil) + random.between(1, STALLED_MS), lookForStalled);
  };
  const lookForStalled = (): void => {
    const now = agenda.now();
    // A holder that woke up in time renewed it meanwhile.
    if (order.holder !== holder || redis.awayUntil > now) {
      renew();
      return;
    }
    if (isAlive() && isRunning(world, process) && random.chance(0.5)) {
      renew();
      return;
    }
    world.note?.(`${order.jobId} stalled in the hands of ${process.name}`);
    for (const id of order.ids) world.ledger.of(id).deaths += 1;
    onStalled();
    notice();
  };
  /** Whoever lost a lock learns it when it wants to renew it. */
  const notice = (): void => {
    if (!isAlive() || holder.stop) return;
    if (process.frozenUntil <= agenda.now()) holder.stop = true;
    else later(process.frozenUntil + random.between(0, LOCK_MS / 2), notice);
  };
  later(agenda.now() + LOCK_MS / 2, renew);
}
