import type { PaceLimits, Reservation, SlotRow } from "@hermod/broker/pacer";
import type { Priority } from "@hermod/core/message";
import type { AccountContext } from "./account-context.ts";
import { waited } from "./wait.ts";

/**
 * A slot may be used until so long after its time. What comes later, because the process was busy or a connection had to be made
 * first, gives it up for a new one: requests that close up behind a delay would put too many into one second. It lies within the
 * slack that the pacer leaves below the limit, most of which is the network's.
 */
const LATE_MS = 20;

/** A slot that may be used so late has no other one behind it for as long. */
const PATIENT_MS = 500;

/** Evenly spaced times at which this process may write, by its monotonic clock. */
export interface Slots {
  readonly kind: "reserved";
  /** They are for the message that tries an open breaker. */
  readonly probes: boolean;
  /** How many there are; they may be fewer than were asked for. */
  readonly count: number;
  /** For how long they last. */
  readonly lastMs: number;
  /** When the first one comes. */
  readonly firstAt: number;
  /** For how long the account will have been at its rate by then. */
  readonly limitedMs: number;
  /**
   * Waits for the next slot; undefined when `stop` or a long wait ended it. `patient`: for whoever came too late time and again,
   * one that may be used much later.
   */
  wait(stop: AbortSignal, patient?: boolean): Promise<Slot | undefined>;
  /** So many of them are not wanted any more: those that are still to come go to whoever asks next, in any process. */
  giveBack(count: number): void;
}

/** The time at which one request may be written. */
export interface Slot {
  /** Whether the request may be written now: in its own slot or, when it is too late for it, in any that nobody has taken. */
  readonly isUsable: () => boolean;
  /** Whether it was too late for it. */
  wasMissed(): boolean;
}

/** Why there are none now. */
export type NoSlots = Exclude<Reservation, { kind: "reserved" }>;

/** The slots of one account and kind that this process has, for whichever of its messages is ready and most urgent. */
export interface SlotPool {
  /** Reserves slots of which the first does not come before `soonestInMs`; `message` names the one they are for, if it is only one. */
  reserve(lane: SlotLane, count: number, wish?: SlotWish): Promise<Slots | NoSlots>;
}

export interface SlotWish {
  readonly soonestInMs?: number;
  readonly message?: string | undefined;
  readonly priority?: number | undefined;
}

export type SlotLane = Priority | "status";

/** In the order in which they are served; status requests have a pool of their own. */
const LANES = ["urgent", "normal", "bulk", "status"] as const satisfies SlotLane[];

/**
 * How far away a slot may be; whoever would wait longer asks again. Whoever dies loses those that it had, so that they are few.
 * Urgent messages stay in line, so that they go before whatever is turned away.
 */
const MOST_AWAY_MS = { urgent: 5000, normal: 250, bulk: 250, status: 5000 } as const;

/** For what has begun and lost its slot. */
const RENEWED_AWAY_MS = 5000;

interface Row {
  at: number;
  left: number;
  readonly everyMs: number;
  /** What to add to a time of this process to have that of Redis, by which slots are given back. */
  readonly toRedisMs: number;
}

/** The pacer, as it is asked for one account and kind. */
export interface Pace {
  reserve(slots: number, limits: Omit<PaceLimits, "perSecond">): Promise<Reservation>;
  giveBack(row: SlotRow): Promise<void>;
}

export function openSlotPool(pace: Pace): SlotPool {
  const rows: Row[] = [];
  const waiting = new Map<SlotLane, Set<(slot: Slot | undefined) => void>>(
    LANES.map((lane) => [lane, new Set()]),
  );
  let timer: NodeJS.Timeout | undefined;
  let renewing = false;

  const reserve = async (slots: number, limits: Omit<PaceLimits, "perSecond">) => {
    const reservation = await pace.reserve(slots, limits);
    if (reservation.kind !== "reserved") return reservation;
    const { everyMs, firstInMs } = reservation;
    const firstAt = performance.now() + firstInMs;
    const row = { at: firstAt, everyMs, left: reservation.slots, toRedisMs: reservation.at - firstAt };
    if (limits.keptFreeMs === undefined) {
      rows.push(row);
      // What somebody gave back may come before what this process has already.
      rows.sort((a, b) => a.at - b.at);
    }
    return { ...reservation, firstAt, row };
  };

  /** The last slots of a row are given back: whoever is first has the first ones. */
  const giveBack = (row: Row, most: number): void => {
    const slots = Math.min(row.left, most);
    row.left -= slots;
    if (row.left === 0 && rows.includes(row)) rows.splice(rows.indexOf(row), 1);
    const at = row.at + row.left * row.everyMs;
    if (slots === 0 || at + (slots - 1) * row.everyMs < performance.now()) return;
    // Without Redis they are lost, which is all that happens.
    void pace.giveBack({ at: at + row.toRedisMs, everyMs: row.everyMs, slots }).catch(() => {});
  };

  /** Takes the first slot if it has come; passes over those that nobody was there for. */
  const next = (now: number): number | undefined => {
    for (let row = rows[0]; row !== undefined; row = rows[0]) {
      const missed = Math.min(row.left, Math.max(0, Math.ceil((now - LATE_MS - row.at) / row.everyMs)));
      row.left -= missed;
      row.at += missed * row.everyMs;
      if (row.left === 0) {
        rows.shift();
        continue;
      }
      if (row.at > now) return undefined;
      const { at } = row;
      row.left -= 1;
      row.at += row.everyMs;
      return at;
    }
    return undefined;
  };

  const slotUntil = (end: number): Slot => {
    let until = end;
    let isMissed = false;
    return {
      isUsable: () => {
        const now = performance.now();
        const at = now <= until ? undefined : next(now);
        if (at !== undefined) until = at + LATE_MS;
        isMissed = now > until;
        return !isMissed;
      },
      wasMissed: () => isMissed,
    };
  };

  const first = (): ((slot: Slot | undefined) => void) | undefined => {
    for (const lane of LANES) {
      for (const waiter of waiting.get(lane) ?? []) return waiter;
    }
    return undefined;
  };

  const serve = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const now = performance.now();
    for (let waiter = first(); waiter !== undefined; waiter = first()) {
      const at = next(now);
      if (at === undefined) break;
      waiter(slotUntil(at + LATE_MS));
    }
    const wanted = [...waiting.values()].reduce((sum, { size }) => sum + size, 0);
    const there = rows.reduce((sum, { left }) => sum + left, 0);
    if (wanted > there && !renewing) void renew(wanted - there);
    const [row] = rows;
    if (wanted > 0 && row !== undefined) timer = setTimeout(serve, Math.ceil(row.at - now));
  };

  /** One request for all that are without a slot. When there is none near, the last ones go without. */
  const renew = async (count: number): Promise<void> => {
    renewing = true;
    const reservation = await reserve(count, { mostAwayMs: RENEWED_AWAY_MS }).catch(() => undefined);
    renewing = false;
    if (reservation?.kind !== "reserved") {
      const all = LANES.flatMap((lane) => [...(waiting.get(lane) ?? [])]);
      for (const waiter of all.slice(-count)) waiter(undefined);
    }
    serve();
  };

  const wait = async (lane: SlotLane, stop: AbortSignal): Promise<Slot | undefined> => {
    if (stop.aborted) return undefined;
    const { promise, resolve } = Promise.withResolvers<Slot | undefined>();
    const waiters = waiting.get(lane);
    const settle = (slot?: Slot): void => {
      waiters?.delete(settle);
      stop.removeEventListener("abort", giveUp);
      resolve(slot);
    };
    const giveUp = (): void => settle();
    stop.addEventListener("abort", giveUp, { once: true });
    waiters?.add(settle);
    serve();
    return await promise;
  };

  const waitAlone = async (stop: AbortSignal): Promise<Slot | undefined> => {
    const alone = { mostAwayMs: RENEWED_AWAY_MS, keptFreeMs: PATIENT_MS };
    const reservation = await reserve(1, alone).catch(() => undefined);
    if (reservation?.kind !== "reserved") return undefined;
    const { firstAt } = reservation;
    return (await waited(firstAt - performance.now(), stop)) ? slotUntil(firstAt + PATIENT_MS) : undefined;
  };

  return {
    async reserve(lane, count, wish = {}) {
      const reservation = await reserve(count, { mostAwayMs: MOST_AWAY_MS[lane], ...wish });
      if (reservation.kind !== "reserved") return reservation;
      // The most urgent one goes first, whoever reserved.
      const own = reservation.firstAt;
      const firstAt = lane === "urgent" ? Math.min(own, rows[0]?.at ?? own) : own;
      return {
        kind: "reserved",
        probes: reservation.probes,
        count: reservation.slots,
        lastMs: reservation.slots * reservation.everyMs,
        firstAt,
        limitedMs: reservation.limitedMs - (own - firstAt),
        wait: (stop, patient = false) => (patient ? waitAlone(stop) : wait(lane, stop)),
        giveBack: (some) => giveBack(reservation.row, some),
      };
    },
  };
}

/** Reserves `count` slots of the account among all processes. */
export async function reserveSlots(
  { slots }: Pick<AccountContext, "slots">,
  lane: SlotLane,
  count: number,
  wish?: SlotWish,
): Promise<Slots | NoSlots> {
  return await slots[lane === "status" ? "status" : "send"].reserve(lane, count, wish);
}
