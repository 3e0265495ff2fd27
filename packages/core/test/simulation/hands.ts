import type { Holder, Order } from "./orders.ts";
import type { PlannedAccount } from "./plan.ts";
import type { Process } from "./process.ts";
import type { World } from "./world.ts";

/** A worker with an order in hand. */
export interface Hands {
  readonly world: World;
  readonly process: Process;
  readonly account: PlannedAccount;
  readonly order: Order;
  readonly holder: Holder;
}

/** The worker's idea of the time of Redis. */
export function clockOf({ world, process }: Pick<Hands, "world" | "process">): number {
  return world.agenda.now() + process.offsetMs;
}

/** Whether the worker may begin nothing more. */
export function isToStop({ process, holder }: Hands): boolean {
  return holder.stop || process.stopping;
}
