import type { Decision } from "../../src/decision.ts";
import type { Priority } from "../../src/message.ts";
import { keepLock } from "./locks.ts";
import { LOCK_MS } from "./plan.ts";
import { isRunning, type Process } from "./process.ts";
import type { World } from "./world.ts";

export type QueueKind = "send" | "check";

export interface Order {
  readonly jobId: string;
  readonly kind: QueueKind;
  readonly account: string;
  readonly ids: readonly string[];
  readonly priority: Priority;
  state: "waiting" | "active" | "delayed" | "done";
  /** Places within a lane: the smallest goes first. */
  place: number;
  stalls: number;
  holder: Holder | undefined;
}

/** A worker with an order in hand. `stop`: it may begin nothing more. */
export interface Holder {
  readonly process: Process;
  readonly life: number;
  lockedUntil: number;
  stop: boolean;
  /** It is done with the order, and could not say so. */
  isGone: boolean;
}

/** The queues, as BullMQ keeps them. */
export interface Orders {
  add(order: Pick<Order, "jobId" | "kind" | "account" | "ids" | "priority">): void;
  isLive(jobId: string): boolean;
  waiting(kind: QueueKind, account: string): number;
  /** Tells workers of what waits. */
  offer(order: Order): void;
  offerAll(): void;
  /** How its holder leaves an order; nothing happens if it is not the holder any more. */
  leave(order: Order, holder: Holder, decision: Decision): void;
  lose(): void;
}

const LANES: Readonly<Record<Priority, number>> = { urgent: 1, normal: 2, bulk: 3 };

/** A stalled order is given out again this often before BullMQ gives it up. */
const MAX_STALLED = 20;

export function openOrders(world: World): Orders {
  const { agenda, random } = world;
  const orders = new Map<string, Order>();
  const restsUntil = new Map<string, number>();
  let places = 0;

  const isNext = (one: Order, other: Order): boolean =>
    LANES[one.priority] < LANES[other.priority] ||
    (one.priority === other.priority && one.place < other.place);
  const nextOf = (kind: QueueKind, account: string): Order | undefined => {
    let next: Order | undefined;
    for (const order of orders.values()) {
      if (order.state !== "waiting" || order.kind !== kind || order.account !== account) continue;
      if (next === undefined || isNext(order, next)) next = order;
    }
    return next;
  };
  const fetch = (kind: QueueKind, account: string): void => {
    const now = agenda.now();
    const order = nextOf(kind, account);
    if (order === undefined) return;
    const again = (at: number): void => agenda.at(at, () => fetch(kind, account));
    if (world.redis.awayUntil > now) {
      again(world.redis.awayUntil + 10);
      return;
    }
    const restUntil = restsUntil.get(kind + account) ?? 0;
    if (restUntil > now) {
      again(restUntil);
      return;
    }
    const ready = world.workers.filter((worker) => isRunning(world, worker) && !worker.stopping);
    const worker = ready[Math.floor(random.next() * ready.length)];
    if (worker === undefined) {
      again(now + 1000);
      return;
    }
    const holder: Holder = {
      process: worker,
      life: worker.life,
      lockedUntil: now + LOCK_MS,
      stop: false,
      isGone: false,
    };
    order.state = "active";
    order.holder = holder;
    world.note?.(`${worker.name} takes ${order.jobId} (${order.ids.join(" ")})`);
    keepLock(world, order, holder, () => stalled(order));
    world.work(worker, order, holder);
  };
  const back = (order: Order, place: number): void => {
    order.state = "waiting";
    order.holder = undefined;
    order.place = place;
    places += 1;
    offer(order);
  };
  const offer = ({ kind, account }: Order): void =>
    agenda.at(agenda.now() + random.between(1, 20), () => fetch(kind, account));

  const stalled = (order: Order): void => {
    order.stalls += 1;
    if (order.stalls <= MAX_STALLED) {
      back(order, -places);
      return;
    }
    order.state = "done";
    order.holder = undefined;
  };
  return {
    add(added) {
      // BullMQ does not add an order under an id that it knows, done or not.
      if (orders.has(added.jobId)) return;
      places += 1;
      const order: Order = { ...added, state: "waiting", place: places, stalls: 0, holder: undefined };
      orders.set(added.jobId, order);
      world.note?.(`order ${added.jobId} (${added.ids.join(" ")}) waits at ${added.account}`);
      offer(order);
    },
    isLive(jobId) {
      const state = orders.get(jobId)?.state;
      return state !== undefined && state !== "done";
    },
    waiting(kind, account) {
      let count = 0;
      for (const order of orders.values()) {
        if (order.state === "waiting" && order.kind === kind && order.account === account) count += 1;
      }
      return count;
    },
    offer,
    offerAll() {
      for (const order of orders.values()) if (order.state === "waiting") offer(order);
    },
    leave(order, holder, decision) {
      if (order.holder !== holder || orders.get(order.jobId) !== order) return;
      order.holder = undefined;
      switch (decision.kind) {
        case "done":
        case "stop":
          order.state = "done";
          // The name of a check order is never used again.
          if (order.kind === "check") orders.delete(order.jobId);
          return;
        case "throttle":
          restsUntil.set(order.kind + order.account, agenda.now() + decision.forMs);
          back(order, -places);
          return;
        case "retry":
          if (decision.afterMs === 0) return back(order, -places);
          order.state = "delayed";
          agenda.at(agenda.now() + decision.afterMs, () => {
            if (order.state === "delayed" && orders.get(order.jobId) === order) back(order, places);
          });
          return;
        default:
          return decision satisfies never;
      }
    },
    lose() {
      world.note?.("the queues are lost");
      for (const order of orders.values()) order.holder = undefined;
      orders.clear();
      restsUntil.clear();
    },
  };
}
