import type { Redis } from "ioredis";
import type { Keys } from "./keys.ts";
import { defineScripts } from "./scripts.ts";

/** Hands out an account's slots, evenly spaced by the clock of Redis, to all processes together. */
export interface Pacer {
  /** Reserves `slots` in a row. Returns the milliseconds until the first and between two of them. */
  reserve(account: string, what: "send" | "status", slots: number, perSecond: number): Promise<Reservation>;
  /** Lets the account rest in all processes, as a 429 asks. */
  rest(account: string, what: "send" | "status", forMs: number): Promise<void>;
}

export interface Reservation {
  readonly firstInMs: number;
  readonly everyMs: number;
}

/**
 * The pace stays this much below the limit: on their way requests are delayed by different times, and without
 * slack two neighbours that close up put one message too many into a second.
 */
const SLACK = 0.96;

export function openPacer(redis: Redis, keys: Keys): Pacer {
  defineScripts(redis);
  return {
    async reserve(account, what, slots, perSecond) {
      const everyMs = 1000 / (perSecond * SLACK);
      const firstInMs = Number(await redis.hermodPace(keys.pacer(account, what), slots, everyMs));
      return { firstInMs, everyMs };
    },
    async rest(account, what, forMs) {
      await redis.hermodRest(keys.pacer(account, what), forMs);
    },
  };
}
