import type { PaceLimits, Reservation, SlotRow } from "@hermod/broker/pacer";
import type { Priority } from "@hermod/core/message";
import type { AccountContext } from "./account-context.ts";
import { openLead } from "./lead.ts";
import { LATE_MS, type Row, rowsOf, takeFrom, withoutSlot } from "./slot-rows.ts";
import { waited } from "./wait.ts";

/** A slot that may be used so late has no other one behind it for as long. */
const PATIENT_MS = 500;

/** Times at which this process may write, by its monotonic clock. */
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
  /** Waits for the next slot; undefined when `stop` or a long wait ended it. */
  wait(stop: AbortSignal, how?: Waiting): Promise<Slot | undefined>;
  /** So many of them are not wanted any more: those that are still to come go to whoever asks next, in any process. */
  giveBack(count: number): void;
}

export interface Waiting {
  /** What the request counts for; a lighter one may take the slot of a heavier one. */
  readonly units?: number;
  /** It came too late for its slot: it goes before the others of its lane. */
  readonly again?: boolean;
  /** For whoever came too late time and again: a slot of its own that may be used much later. */
  readonly patient?: boolean;
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
  reserve(lane: SlotLane, units: readonly number[], wish?: SlotWish): Promise<Slots | NoSlots>;
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

/** The pacer, as it is asked for one account and kind. */
export interface Pace {
  reserve(units: readonly number[], limits: Omit<PaceLimits, "perSecond">): Promise<Reservation>;
  giveBack(row: SlotRow): Promise<void>;
}

/** What these write takes a millisecond or two: the last of more would come too late for its slot, with all its work done in vain. */
const SERVED_AT_ONCE = 16;

/** An answer that took longer is not waited for the next time. */
const MOST_ANSWER_MS = 50;

interface Waiter {
  readonly units: number;
  readonly settle: (slot: Slot | undefined) => void;
}

export function openSlotPool(pace: Pace): SlotPool {
  const rows: Row[] = [];
  const waiting = new Map<SlotLane, Set<Waiter>>(LANES.map((lane) => [lane, new Set()]));
  let timer: NodeJS.Timeout | undefined;
  let servesSoon = false;
  let renewing = false;
  // A slot that comes before the answer would be missed.
  const answers = openLead(MOST_ANSWER_MS);

  const reserve = async (units: readonly number[], limits: Omit<PaceLimits, "perSecond">) => {
    const { soonestInMs = 0, ...others } = limits;
    const askedAt = performance.now();
    const reservation = await pace.reserve(units, { ...others, soonestInMs: soonestInMs + answers.ms() });
    answers.took(performance.now() - askedAt);
    if (reservation.kind !== "reserved") return reservation;
    const own = rowsOf(reservation, units);
    if (limits.keptFreeMs === undefined) {
      rows.push(...own);
      // What somebody gave back may come before what this process has already.
      rows.sort((a, b) => a.at - b.at);
    }
    return { ...reservation, own };
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

  const slotUntil = (end: number, units: number): Slot => {
    let until = end;
    let isMissed = false;
    return {
      isUsable: () => {
        const now = performance.now();
        const at = now <= until ? undefined : takeFrom(rows, now, units);
        if (at !== undefined) until = at + LATE_MS;
        isMissed = now > until;
        return !isMissed;
      },
      wasMissed: () => isMissed,
    };
  };

  const waiters = (): Waiter[] => LANES.flatMap((lane) => [...(waiting.get(lane) ?? [])]);

  const serve = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const now = performance.now();
    let served = 0;
    for (const waiter of waiters()) {
      if (served === SERVED_AT_ONCE) break;
      const at = takeFrom(rows, now, waiter.units);
      if (at !== undefined) {
        waiter.settle(slotUntil(at + LATE_MS, waiter.units));
        served += 1;
      }
      // No slot has come, of whatever weight.
      else if (waiter.units === 1) break;
    }
    const left = waiters();
    if (left.length === 0) return;
    if (served === SERVED_AT_ONCE) serveSoon();
    const lacking = withoutSlot(left, rows);
    if (lacking.length > 0 && !renewing) void renew(lacking);
    const nextAt = Math.min(...rows.map(({ at }) => at).filter((at) => at > now));
    if (nextAt < Number.POSITIVE_INFINITY) timer = setTimeout(serve, Math.ceil(nextAt - now));
  };

  /** Whoever comes in the same breath is served with them. */
  const serveSoon = (): void => {
    if (servesSoon) return;
    servesSoon = true;
    setImmediate(() => {
      servesSoon = false;
      serve();
    });
  };

  /** One request for all that are without a slot. When there is none near, they go without. */
  const renew = async (lacking: readonly Waiter[]): Promise<void> => {
    renewing = true;
    const units = lacking.map((waiter) => waiter.units);
    const reservation = await reserve(units, { mostAwayMs: RENEWED_AWAY_MS }).catch(() => undefined);
    renewing = false;
    if (reservation?.kind !== "reserved") for (const waiter of lacking) waiter.settle(undefined);
    serve();
  };

  const wait = async (lane: SlotLane, stop: AbortSignal, units: number, again: boolean) => {
    if (stop.aborted) return undefined;
    const { promise, resolve } = Promise.withResolvers<Slot | undefined>();
    const own: Waiter = {
      units,
      settle: (slot) => {
        waiting.get(lane)?.delete(own);
        stop.removeEventListener("abort", giveUp);
        resolve(slot);
      },
    };
    const giveUp = (): void => own.settle(undefined);
    stop.addEventListener("abort", giveUp, { once: true });
    if (again) waiting.set(lane, new Set([own, ...(waiting.get(lane) ?? [])]));
    else waiting.get(lane)?.add(own);
    serveSoon();
    return await promise;
  };

  const waitAlone = async (stop: AbortSignal, units: number): Promise<Slot | undefined> => {
    const alone = { mostAwayMs: RENEWED_AWAY_MS, keptFreeMs: PATIENT_MS };
    const reservation = await reserve([units], alone).catch(() => undefined);
    if (reservation?.kind !== "reserved") return undefined;
    const { firstAt } = reservation;
    if (!(await waited(firstAt - performance.now(), stop))) return undefined;
    return slotUntil(firstAt + PATIENT_MS, units);
  };

  return {
    async reserve(lane, units, wish = {}) {
      const reservation = await reserve(units, { mostAwayMs: MOST_AWAY_MS[lane], ...wish });
      if (reservation.kind !== "reserved") return reservation;
      // The most urgent one goes first, whoever reserved.
      const own = reservation.firstAt;
      const firstAt = lane === "urgent" ? Math.min(own, rows[0]?.at ?? own) : own;
      return {
        kind: "reserved",
        probes: reservation.probes,
        count: reservation.slots,
        lastMs: reservation.own.reduce((sum, { left, everyMs }) => sum + left * everyMs, 0),
        firstAt,
        limitedMs: reservation.limitedMs - (own - firstAt),
        wait: (stop, { units: weight = 1, again = false, patient = false } = {}) =>
          patient ? waitAlone(stop, weight) : wait(lane, stop, weight, again),
        giveBack: (some) => {
          const [row] = reservation.own;
          if (row !== undefined && reservation.offsetsMs === undefined) giveBack(row, some);
        },
      };
    },
  };
}

/** Reserves slots of the account among all processes. */
export async function reserveSlots(
  { slots }: Pick<AccountContext, "slots">,
  lane: SlotLane,
  units: readonly number[],
  wish?: SlotWish,
): Promise<Slots | NoSlots> {
  return await slots[lane === "status" ? "status" : "send"].reserve(lane, units, wish);
}
