import { clockOf } from "./hands.ts";
import type { Process, Task } from "./process.ts";
import { call } from "./redis.ts";
import type { World } from "./world.ts";

const ORDERS_WAITING = 2;
const PER_ORDER = 2;
const CLAIM_MS = 60_000;

/** Turns what is due at one account into check orders, as the poller's `plan-checks.ts` does. */
export function* planChecks(world: World, process: Process, account: string): Task {
  const { store, orders } = world;
  const waiting = yield* call(world, process, "read", () => orders.waiting("check", account));
  const room = ORDERS_WAITING - waiting;
  if (room <= 0) return;
  const due = yield* call(world, process, "claim", () => store.claimDue(account, room * PER_ORDER, CLAIM_MS));
  if (due.length === 0) return;
  const at = clockOf({ world, process });
  yield* call(world, process, "write", () => {
    for (let start = 0; start < due.length; start += PER_ORDER) {
      const ids = due.slice(start, start + PER_ORDER);
      const jobId = `c-${ids[0]}-${at.toString(36)}`;
      orders.add({ jobId, kind: "check", account, priority: "normal", ids });
    }
  });
}
