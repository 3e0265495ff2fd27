import type { Capabilities } from "@hermod/core/capabilities";
import type { AccountBase } from "@hermod/core/config";
import type { Decision } from "@hermod/core/decision";
import { regularly } from "@hermod/service/regularly";

/** How orders share the places of one queue in this process. */
export interface Places extends Disposable {
  /**
   * Works at an order as soon as one of the places is free, which are one fewer than the queue fills: whoever has that last one has
   * begun nothing and leaves it at once to a more urgent order.
   */
  during(
    order: { readonly size: number; readonly priority: number },
    work: (yields: AbortSignal) => Promise<Decision>,
  ): Promise<Decision>;
}

interface PlacesParts {
  /** Messages in hand that keep the account busy. */
  readonly enough: number;
  readonly most: number;
  /** Tells the queue how many orders to give out at once. */
  readonly fill: (places: number) => void;
  /** The priority of the most urgent order that waits; a smaller number is more urgent. */
  readonly mostUrgent: () => Promise<number | undefined>;
}

interface InHand {
  readonly priority: number;
  readonly yields: AbortController;
  /** Lets it begin; undefined once it has. */
  start: (() => void) | undefined;
}

const LOOK_MS = 50;
export const FEWEST_PLACES = 3;
const FORGET = 0.9;

/**
 * Sixteen times what can be on the wire, since most of its time a message in hand waits for Redis, but no more than half a
 * second's worth: what waits in hand cannot be overtaken for free.
 */
export function enoughInHand(
  { connections, sendPerSecond }: Pick<AccountBase, "connections" | "sendPerSecond">,
  { sendBatch }: Pick<Capabilities, "sendBatch">,
): Pick<PlacesParts, "enough" | "most"> {
  const enough = Math.min(16 * connections * sendBatch, Math.ceil(sendPerSecond / 2));
  return { enough, most: Math.max(FEWEST_PLACES, connections + 1) };
}

export function openPlaces({ enough, most, fill, mostUrgent }: PlacesParts): Places {
  const inHand = new Set<InHand>();
  let size = 100;
  let places = FEWEST_PLACES;
  const startNext = (): void => {
    const begun = [...inHand].filter(({ start }) => start === undefined);
    const parked = [...inHand].filter(({ start }) => start !== undefined);
    parked.sort((a, b) => a.priority - b.priority);
    for (const order of parked) {
      const overtakes = begun.some(({ priority }) => priority > order.priority);
      if (begun.length >= places - 1 && !overtakes) return;
      order.start?.();
      order.start = undefined;
      begun.push(order);
    }
  };
  /** The least urgent order makes way when one that waits is more urgent and finds no place: one that has not begun, if possible. */
  const look = async (): Promise<void> => {
    if (inHand.size < places) return;
    const waiting = await mostUrgent().catch(() => undefined);
    const orders = [...inHand].filter(({ yields }) => !yields.signal.aborted);
    if (waiting === undefined || orders.length < inHand.size) return;
    const parked = orders.filter(({ start }) => start !== undefined);
    const [least] = (parked.length > 0 ? parked : orders).sort((a, b) => b.priority - a.priority);
    if (least !== undefined && least.priority > waiting) {
      least.yields.abort();
      least.start?.();
    }
  };
  const watch = regularly(LOOK_MS, look);
  return {
    async during(order, work) {
      size = Math.max(1, size * FORGET + order.size * (1 - FORGET));
      places = Math.max(FEWEST_PLACES, Math.min(most, Math.ceil(enough / size) + 1));
      fill(places);
      const { promise, resolve } = Promise.withResolvers<void>();
      const mine: InHand = { priority: order.priority, yields: new AbortController(), start: resolve };
      inHand.add(mine);
      startNext();
      try {
        await promise;
        return mine.yields.signal.aborted ? { kind: "retry", afterMs: 0 } : await work(mine.yields.signal);
      } finally {
        inHand.delete(mine);
        startNext();
      }
    },
    [Symbol.dispose]: () => watch[Symbol.dispose](),
  };
}
