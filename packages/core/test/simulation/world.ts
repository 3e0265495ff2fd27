import type { Agenda } from "./agenda.ts";
import type { Gates } from "./gates.ts";
import type { Ledger } from "./ledger.ts";
import type { Holder, Order, Orders } from "./orders.ts";
import type { Plan, PlannedAccount } from "./plan.ts";
import type { Pollers } from "./pollers.ts";
import type { Process, Run } from "./process.ts";
import type { Providers } from "./provider.ts";
import type { Random } from "./random.ts";
import type { Redis } from "./redis.ts";
import type { References } from "./references.ts";
import type { Store } from "./store.ts";

/** Everything there is in one schedule. */
export interface World {
  readonly plan: Plan;
  readonly random: Random;
  readonly agenda: Agenda;
  readonly redis: Redis;
  readonly store: Store;
  readonly orders: Orders;
  readonly gates: Gates;
  readonly providers: Providers;
  readonly pollers: Pollers;
  readonly references: References;
  readonly workers: readonly Process[];
  readonly ingress: Process;
  readonly ledger: Ledger;
  /** The task whose step is being made. */
  running: Run | undefined;
  /** Begins the work at an order. */
  readonly work: (worker: Process, order: Order, holder: Holder) => void;
  /** How far somebody comes with a message that kills. */
  readonly killsAt: (id: string) => "loaded" | "begun" | undefined;
  readonly accountOf: (name: string) => PlannedAccount;
  /** What is assumed of the world did not hold for this message, so that a proof may have been none. */
  readonly isExcused: (id: string) => boolean;
  /** Writes a line of the trace, if somebody wants one. */
  note: ((line: string) => void) | undefined;
}
