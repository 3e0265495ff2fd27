import type { Lead } from "./lead.ts";
import { type HeldPermits, openPermits } from "./permits.ts";
import { waited } from "./wait.ts";

/** Bounds how many requests of an account begin, or have begun and wait for a connection. */
export interface Intents {
  /**
   * What up to `most` requests that would go next stand in line with, before they ask for slots; undefined when `signal` ended the wait.
   * Disposal gives back what was not taken.
   */
  turn(most: number, signal: AbortSignal, urgent: boolean): Promise<IntentTurn | undefined>;
}

export interface IntentTurn extends Disposable {
  /** So many may ask for slots. */
  readonly count: number;
  /**
   * Waits until those of up to `count` requests, whose first slot comes at `firstAt` (monotonic clock), may begin: the lease counts from
   * the intent, so that it is recorded only when the first of them may almost go. Undefined when `leaves` ended the wait for the slot's
   * time, or `ended` the one after it.
   */
  take(
    count: number,
    firstAt: number,
    signals: { readonly leaves: AbortSignal; readonly ended: AbortSignal },
  ): Promise<HeldPermits | undefined>;
}

/** Whoever has its turn and a slot that is so much further away than attempts need gives the turn back until then. */
const FAR_MS = 50;

/**
 * Where messages wait for slots, slots come first: whoever has begun does not wait long. Where they wait for one another, slots that were
 * reserved before would go by meanwhile, and each would cost another round trip: there, `turnFirst`, the turn to begin comes first.
 */
export function openIntents(total: number, turnFirst: boolean, lead: Pick<Lead, "earlyMs">): Intents {
  const permits = openPermits(total, 1);
  return {
    async turn(most, signal, urgent) {
      let early = turnFirst ? await permits.take(most, signal, urgent) : undefined;
      if (signal.aborted) {
        early?.[Symbol.dispose]();
        return undefined;
      }
      return {
        count: early?.count ?? most,
        async take(count, firstAt, { leaves, ended }) {
          const beginsInMs = firstAt - lead.earlyMs() - performance.now();
          if (beginsInMs > FAR_MS) {
            early?.[Symbol.dispose]();
            early = undefined;
          }
          if (!(await waited(beginsInMs, leaves))) return undefined;
          const held = early ?? (await permits.take(count, ended, urgent));
          early = undefined;
          return held;
        },
        [Symbol.dispose]: () => early?.[Symbol.dispose](),
      };
    },
  };
}
