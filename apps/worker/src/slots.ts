import type { Reservation } from "@hermod/broker/pacer";
import type { AccountContext } from "./account-context.ts";
import { waited } from "./wait.ts";

/**
 * A slot that a busy process comes to later than this is given up for a new one: requests that close up behind a delay
 * would put too many into one second. It lies within the slack that the pacer leaves below the limit.
 */
const LATE_MS = 25;

/** Evenly spaced times at which this process may write, by its monotonic clock. */
export interface Slots {
  readonly kind: "reserved";
  /** They are for the message that tries an open breaker. */
  readonly probes: boolean;
  /** When the first one comes. */
  readonly firstAt: number;
  /** Waits for a slot, and for another one when it comes too late for it; false when `stop` or a long wait ended it. */
  wait(index: number, stop: AbortSignal): Promise<boolean>;
}

/**
 * How far away a slot may be; an order that would wait longer comes back later and leaves its place to others. Urgent
 * messages stay in line, so that they go before whatever is turned away.
 */
const MOST_AWAY_MS = { urgent: 5000, send: 500, status: 5000 } as const;

/** Why there are none now. */
export type NoSlots = Exclude<Reservation, { kind: "reserved" }>;

/** Reserves `count` slots of the account among all processes. `message` names the one they are for, if it is only one. */
export async function reserveSlots(
  { broker, name, account }: Pick<AccountContext, "broker" | "name" | "account">,
  what: keyof typeof MOST_AWAY_MS,
  count: number,
  message?: string,
): Promise<Slots | NoSlots> {
  const lane = what === "status" ? "status" : "send";
  const perSecond = lane === "send" ? account.sendPerSecond : account.statusPerSecond;
  const limits = { perSecond, mostAwayMs: MOST_AWAY_MS[what], message };
  const reserve = (slots: number) => broker.pacer.reserve(name, lane, slots, limits);
  const reservation = await reserve(count);
  if (reservation.kind !== "reserved") return reservation;
  const { everyMs } = reservation;
  const firstAt = performance.now() + reservation.firstInMs;

  /** The slots in force: `from` is the index of the first of them. */
  let row = { at: firstAt, from: 0 };
  let renewing: Promise<boolean> | undefined;
  const slotAt = (index: number): number => row.at + (index - row.from) * everyMs;
  /** One request for all that are late together. */
  const renew = async (from: number): Promise<boolean> => {
    const another = await reserve(count - from);
    if (another.kind !== "reserved") return false;
    row = { at: performance.now() + another.firstInMs, from };
    return true;
  };

  return {
    kind: "reserved",
    probes: reservation.probes,
    firstAt,
    async wait(index, stop) {
      while (await waited(slotAt(index) - performance.now(), stop)) {
        if (renewing === undefined && performance.now() - slotAt(index) <= LATE_MS) return true;
        renewing ??= renew(index).finally(() => {
          renewing = undefined;
        });
        if (!(await renewing)) return false;
      }
      return false;
    },
  };
}
