import type { Box } from "./auth.ts";
import type { UltroamAccount } from "./config.ts";
import { queryQueue } from "./query.ts";

/** How long nothing is sent to a box that has enough. */
export const REST_MS = 2000;

/** How many messages wait within the box, as far as it told (docs/providers/ultroam.md §10). */
export interface Backlog {
  /** Keeps what the box told of its queue; whether that is more than the account allows. */
  note(waiting: number | undefined): boolean;
  /** Whether there was more than the account allows at last. The box is asked anew then, for the next who wants to know. */
  isFull(): boolean;
}

/** Never aborted: the request has a deadline of its own. */
const UNTIL_ITS_DEADLINE = new AbortController().signal;

/**
 * The queue of a box is bounded, lost at a reboot, and lets nothing urgent overtake: what waits there should better wait with
 * us. Nobody waits for the box to be asked, since a send has one deadline for all it does. A box that cannot be asked is sent
 * to again, and tells its queue with its answer.
 */
export function openBacklog(box: Box, account: UltroamAccount): Backlog {
  const { queueLimit = Number.POSITIVE_INFINITY } = account;
  let waiting = 0;
  let isAsking = false;
  const ask = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    const told = await queryQueue(box, account, UNTIL_ITS_DEADLINE);
    waiting = typeof told === "number" ? told : 0;
    isAsking = false;
  };
  return {
    note(told) {
      waiting = told ?? waiting;
      return waiting > queueLimit;
    },
    isFull() {
      const full = waiting > queueLimit;
      if (full) void ask();
      return full;
    },
  };
}
