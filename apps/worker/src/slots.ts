import type { AccountContext } from "./account-context.ts";
import { waited } from "./wait.ts";

/**
 * A slot that a busy process comes to later than this is given up for a new one: requests that close up
 * behind a delay would put too many into one second. It lies within the slack that the pacer leaves below the
 * limit.
 */
const LATE_MS = 25;

/** Evenly spaced times at which this process may write, by its monotonic clock. */
export interface Slots {
  /**
   * Waits for a slot, and for another one when it comes too late for it; false when `stop` ended the wait.
   */
  wait(index: number, stop: AbortSignal): Promise<boolean>;
}

/** Reserves `count` slots of the account among all processes. */
export async function reserveSlots(
  { broker, name, account }: AccountContext,
  what: "send" | "status",
  count: number,
): Promise<Slots> {
  const perSecond = what === "send" ? account.sendPerSecond : account.statusPerSecond;
  const reserve = async (slots: number) => {
    const { firstInMs, everyMs } = await broker.pacer.reserve(name, what, slots, perSecond);
    return { firstAt: performance.now() + firstInMs, everyMs };
  };
  const { firstAt, everyMs } = await reserve(count);
  return {
    async wait(index, stop) {
      let slotAt = firstAt + index * everyMs;
      while (await waited(slotAt - performance.now(), stop)) {
        if (performance.now() - slotAt <= LATE_MS) return true;
        slotAt = (await reserve(1)).firstAt;
      }
      return false;
    },
  };
}
