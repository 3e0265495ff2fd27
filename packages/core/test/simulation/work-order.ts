import type { Decision } from "../../src/decision.ts";
import type { Hands } from "./hands.ts";
import type { Holder, Order } from "./orders.ts";
import { type Process, start, type Task } from "./process.ts";
import { call, Refusal } from "./redis.ts";
import { workCheck } from "./work-check.ts";
import { workSend } from "./work-send.ts";
import type { World } from "./world.ts";

const AFTER_THROW_MS = 1000;

/** Works at an order, as the broker's `consume.ts` does: what throws comes back later, and counts as no failure. */
export function workOrder(world: World, process: Process, order: Order, holder: Holder): void {
  const hands: Hands = { world, process, account: world.accountOf(order.account), order, holder };
  start(world, process, work(hands));
}

function* work(hands: Hands): Task {
  const { world, process, order, holder } = hands;
  yield world.random.between(0, 3);
  const decision = yield* decided(hands);
  try {
    yield* call(world, process, "always", () => world.orders.leave(order, holder, decision));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Nobody renews its lock any more, and it will be given out again.
    holder.isGone = true;
  }
}

function* decided(hands: Hands): Task<Decision> {
  try {
    return yield* hands.order.kind === "send" ? workSend(hands) : workCheck(hands);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { kind: "retry", afterMs: AFTER_THROW_MS };
  }
}
