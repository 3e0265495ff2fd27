import { afterRefusal, type Easing, paceShare } from "@hermod/core/effective-rate";
import type { Redis } from "ioredis";
import type { Keys } from "./keys.ts";
import { definePacerScripts } from "./pacer-scripts.ts";
import type { RedisClock } from "./redis-clock.ts";
import { timeOfPlace } from "./shares.ts";

/** Hands out an account's slots, evenly spaced by the clock of Redis, to all processes together. */
export interface Pacer {
  /**
   * Reserves `slots` in a row, unless the first of them is more than `mostAwayMs` away, or the account's breaker is open and
   * `message` is not the one that tries it.
   */
  reserve(account: string, what: Lane, slots: Wanted, limits: PaceLimits): Promise<Reservation>;
  /** Gives back slots that are still to come and that nobody here wants any more. */
  giveBack(account: string, what: Lane, row: SlotRow): Promise<void>;
  /** Lets the account rest in all processes. `refused`: as a 429 asks; repeated, it reduces the pace too. */
  rest(account: string, what: Lane, forMs: number, refused?: boolean): Promise<void>;
  /** For how long each slot for messages has come right after another one; 0 when the next one is free at once. */
  limitedMs(account: string): Promise<number>;
}

type Lane = "send" | "status";

/** How many slots that are one like the other; or, where requests weigh differently, what each counts for in the limit. */
export type Wanted = number | readonly number[];

/** Evenly spaced slots, the first of them at an epoch millisecond by the clock of Redis. */
export interface SlotRow {
  readonly at: number;
  readonly everyMs: number;
  readonly slots: number;
}

export interface PaceLimits {
  readonly perSecond: number;
  readonly mostAwayMs: number;
  /** The one message that the slots are for; nothing when they are for several, or for questions. */
  readonly message?: string | undefined;
  /** Nobody else goes for so long after these slots, so that the last of them may be used so much later. */
  readonly keptFreeMs?: number;
  /** The first of them comes no sooner, though it be free. */
  readonly soonestInMs?: number;
  /** The priority of the order that they are for: the account's orders have come so far. */
  readonly priority?: number | undefined;
}

export type Reservation =
  /**
   * Slots, which may be fewer than were asked for; milliseconds until the first, when they were reserved; for how long the account
   * will have been at its rate by then; whether it is the message that tries an open breaker.
   */
  | (SlotRow & {
      readonly kind: "reserved";
      readonly firstInMs: number;
      /** When the first one comes, by this process's `performance.now()`. */
      readonly firstAt: number;
      readonly limitedMs: number;
      readonly probes: boolean;
      /** Of slots that weigh differently: how long after the first each comes. None of them is given back; `everyMs` is that of a unit. */
      readonly offsetsMs?: readonly number[];
    })
  /** Nothing is reserved: the next free slot is that far away. */
  | { readonly kind: "busy"; readonly forMs: number }
  /** Nothing is reserved: the breaker is open, but for the message that tries it. */
  | { readonly kind: "open"; readonly code: string; readonly probe?: string };

/**
 * The pace stays this much below the limit. As many slots as the limit says then last 43 ms longer than a second, and a request
 * may come so much later than its slot, on its way through the process (`LATE_MS` of whoever writes) and the network, until the
 * provider sees one too many in a second.
 */
const SLACK = 0.958;

export function openPacer(redis: Redis, keys: Keys, clock: RedisClock): Pacer {
  definePacerScripts(redis);
  /** What refusals did to each pace, as this process knows; the script says when it is not so any more. */
  const easings = new Map<string, string>();

  const reserve: Pacer["reserve"] = async (account, what, slots, limits) => {
    const { perSecond, mostAwayMs, message = "", keptFreeMs = 0, soonestInMs = 0, priority = 0 } = limits;
    const key = keys.pacer(account, what);
    const easing = easings.get(key) ?? "";
    // Of 1.5 a second, some seconds would see two: whole messages only.
    const whole = perSecond < 1 ? perSecond : Math.floor(perSecond);
    const everyMs = 1000 / (whole * SLACK * paceShare(read(easing), clock.now()));
    const place = timeOfPlace(priority) ?? "";
    const own = [key, keys.breaker(account, what), keys.shares(account)] as const;
    const asked = [everyMs, mostAwayMs, message, easing, keptFreeMs, soonestInMs, place] as const;
    const most = Math.max(1, whole);
    const askedAt = performance.now();
    const [kind, fact, more = "", ...rest] =
      typeof slots === "number"
        ? await redis.hermodPace(...own, slots, ...asked)
        : await redis.hermodPaceUnits(...own, JSON.stringify(slots), ...asked, most, most * everyMs);
    if (kind === "open") return { kind, code: fact, ...(more ? { probe: more } : {}) };
    if (kind === "busy") return { kind, forMs: Number(fact) };
    if (kind === "reserved") {
      const at = Number(rest[0]);
      clock.set(at - Number(fact), askedAt);
      const found = {
        kind,
        at,
        firstInMs: Number(fact),
        // By the clock and not from now on: a busy process reads one answer later than another, and slots that were later by as much
        // would lie where others follow.
        firstAt: performance.now() + at - clock.now(),
        limitedMs: Number(more),
        probes: rest.at(-1) !== "",
      } as const;
      if (typeof slots === "number") {
        const [, every, count] = rest;
        return { ...found, everyMs: Number(every), slots: Number(count) };
      }
      const offsetsMs = JSON.parse(rest[1] ?? "[]") as number[];
      return { ...found, everyMs, slots: offsetsMs.length, offsetsMs };
    }
    easings.set(key, fact);
    return await reserve(account, what, slots, limits);
  };

  return {
    reserve,
    async giveBack(account, what, { at, everyMs, slots }) {
      await redis.hermodGiveBack(keys.pacer(account, what), at, everyMs, slots);
    },
    async rest(account, what, forMs, refused = false) {
      const key = keys.pacer(account, what);
      const easing = refused ? ((await redis.hget(key, "easing")) ?? "") : "";
      const next = refused ? written(afterRefusal(read(easing), clock.now(), forMs)) : "";
      await redis.hermodRest(key, forMs, easing, next);
    },
    async limitedMs(account) {
      const [free, since] = await redis.hmget(keys.pacer(account, "send"), "free", "since");
      const now = clock.now();
      return Number(free ?? 0) > now ? Math.max(0, now - Number(since ?? now)) : 0;
    },
  };
}

function read(text: string): Easing | undefined {
  const [since, refusedAt, share, inVain = 0, wholeUntil = 0] = text.split(" ").map(Number);
  if (since === undefined || refusedAt === undefined || share === undefined) return undefined;
  return { since, refusedAt, share, inVain, wholeUntil };
}

function written({ since, refusedAt, share, inVain = 0, wholeUntil = 0 }: Easing): string {
  return `${since} ${refusedAt} ${share} ${inVain} ${wholeUntil}`;
}
