import type { Redis } from "ioredis";
import type { Keys } from "./keys.ts";
import { defineScripts } from "./scripts.ts";

/** Hands out an account's slots, evenly spaced by the clock of Redis, to all processes together. */
export interface Pacer {
  /**
   * Reserves `slots` in a row, unless the first of them is more than `mostAwayMs` away, or the account's breaker is open and
   * `message` is not the one that tries it.
   */
  reserve(account: string, what: Lane, slots: number, limits: PaceLimits): Promise<Reservation>;
  /** Lets the account rest in all processes, as a 429 asks. */
  rest(account: string, what: Lane, forMs: number): Promise<void>;
}

type Lane = "send" | "status";

export interface PaceLimits {
  readonly perSecond: number;
  readonly mostAwayMs: number;
  /** The one message that the slots are for; nothing when they are for several, or for questions. */
  readonly message?: string | undefined;
}

export type Reservation =
  /** Milliseconds until the first slot, and between two of them; whether it is the message that tries an open breaker. */
  | {
      readonly kind: "reserved";
      readonly firstInMs: number;
      readonly everyMs: number;
      readonly probes: boolean;
    }
  /** Nothing is reserved: the next free slot is that far away. */
  | { readonly kind: "busy"; readonly forMs: number }
  /** Nothing is reserved: the breaker is open, but for the message that tries it. */
  | { readonly kind: "open"; readonly code: string; readonly probe?: string };

/**
 * The pace stays this much below the limit: on their way requests are delayed by different times, and without slack two
 * neighbours that close up put one message too many into a second.
 */
const SLACK = 0.96;

export function openPacer(redis: Redis, keys: Keys): Pacer {
  defineScripts(redis);
  return {
    async reserve(account, what, slots, { perSecond, mostAwayMs, message = "" }) {
      // Of 1.5 a second, some seconds would see two: whole messages only.
      const whole = perSecond < 1 ? perSecond : Math.floor(perSecond);
      const everyMs = 1000 / (whole * SLACK);
      const [kind, fact, probe] = await redis.hermodPace(
        keys.pacer(account, what),
        keys.breaker(account, what),
        slots,
        everyMs,
        mostAwayMs,
        message,
      );
      if (kind === "open") return { kind, code: fact, ...(probe ? { probe } : {}) };
      return kind === "reserved"
        ? { kind, firstInMs: Number(fact), everyMs, probes: probe !== undefined }
        : { kind: "busy", forMs: Number(fact) };
    },
    async rest(account, what, forMs) {
      await redis.hermodRest(keys.pacer(account, what), forMs);
    },
  };
}
