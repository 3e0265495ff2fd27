import type { Redis } from "ioredis";
import type { Keys } from "./keys.ts";
import { defineScripts } from "./scripts.ts";

/** Hands out an account's slots, evenly spaced by the clock of Redis, to all processes together. */
export interface Pacer {
  /** Reserves `slots` in a row, unless the first of them is more than `mostAwayMs` away. */
  reserve(account: string, what: Lane, slots: number, limits: PaceLimits): Promise<Reservation>;
  /** Lets the account rest in all processes, as a 429 asks. */
  rest(account: string, what: Lane, forMs: number): Promise<void>;
}

type Lane = "send" | "status";

export interface PaceLimits {
  readonly perSecond: number;
  readonly mostAwayMs: number;
}

export type Reservation =
  /** Milliseconds until the first slot, and between two of them. */
  | { readonly kind: "reserved"; readonly firstInMs: number; readonly everyMs: number }
  /** Nothing is reserved: the next free slot is that far away. */
  | { readonly kind: "busy"; readonly forMs: number };

/**
 * The pace stays this much below the limit: on their way requests are delayed by different times, and without slack two
 * neighbours that close up put one message too many into a second.
 */
const SLACK = 0.96;

export function openPacer(redis: Redis, keys: Keys): Pacer {
  defineScripts(redis);
  return {
    async reserve(account, what, slots, { perSecond, mostAwayMs }) {
      // Of 1.5 a second, some seconds would see two: whole messages only.
      const whole = perSecond < 1 ? perSecond : Math.floor(perSecond);
      const everyMs = 1000 / (whole * SLACK);
      const [reserved, away] = await redis.hermodPace(keys.pacer(account, what), slots, everyMs, mostAwayMs);
      return reserved === "1"
        ? { kind: "reserved", firstInMs: Number(away), everyMs }
        : { kind: "busy", forMs: Number(away) };
    },
    async rest(account, what, forMs) {
      await redis.hermodRest(keys.pacer(account, what), forMs);
    },
  };
}
