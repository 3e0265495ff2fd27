import type { Priority } from "@hermod/core/message";

/**
 * Start-time fair queueing (Goyal, Vin and Cheng 1996): each producer's messages of a lane are a flow, and each flow has a share of
 * the account's rate. An order begins, in virtual time, where the one before it of its flow ends, or where the queue is now if that
 * is later. In the order of these times a producer's million does not delay another's ten. BullMQ sorts by whole numbers up to
 * 2^21: a place is the virtual time of so many messages, and of two lanes in one place the normal one goes first.
 */
export const PLACE_WIDTH = 16;

/** Later ones go in the order they come. It takes 16 million messages of bulk without a day's pause to get there. */
export const LAST_PLACE = 2 ** 21;

/** What a message costs its flow: a normal one goes four times as often as a bulk one, which has a fifth of the rate for sure. */
const COST: Readonly<Record<Exclude<Priority, "urgent">, number>> = { normal: 0.25, bulk: 1 };

/** What is added to a place; 1 is for urgent orders, which go before all others. */
const ADDED: Readonly<Record<Exclude<Priority, "urgent">, number>> = { normal: 2, bulk: 3 };

export interface FlowOrder {
  readonly priority: Priority;
  readonly producer?: string;
  readonly ids: readonly string[];
}

/** What the script needs to know of an order; nothing for one that has no share, as it is urgent. */
export function placeArguments({ priority, producer = "", ids }: FlowOrder): (string | number)[] {
  if (priority === "urgent") return [];
  return [`${priority} ${producer}`, COST[priority] * ids.length, ADDED[priority]];
}

/** The virtual time at which an order of this place begins; nothing for an urgent one. */
export function timeOfPlace(place: number): number | undefined {
  return place < ADDED.normal ? undefined : Math.floor((place - ADDED.normal) / 2) * PLACE_WIDTH;
}

/** The lane of an order of this place; of the last one, where all go in the order they come, it is a guess. */
export function laneOfPlace(place: number): Priority {
  if (place < ADDED.normal) return "urgent";
  return place % 2 === ADDED.normal % 2 ? "normal" : "bulk";
}
