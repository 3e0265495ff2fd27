import { setTimeout as delay } from "node:timers/promises";
import type { FinalGroup, TakenFinal } from "@hermod/broker/final-group";
import { HermodUnavailableError } from "./unavailable-error.ts";
import { openDeadline } from "./within-deadline.ts";

/** The finals that a consumer has in hand: it tells that it lives for as long as it has some. */
export interface FinalsInHand {
  /** The next one, however long it takes until there is one. */
  next(): Promise<TakenFinal>;
  /** Resolves once it is recorded that the final is done. */
  done(final: TakenFinal): Promise<void>;
  /** Leaves everything that is not done to others of the group. */
  giveBack(): Promise<void>;
}

/** Taken at once: for one round trip, and for others to wait for when this consumer dies. */
const AT_ONCE = 50;

/** Pause while there is nothing new, and while Redis is away. */
const LOOK_MS = 100;
const AWAY_MS = 1000;

/** `end` ends every wait with its reason. */
export function openFinalsInHand(group: FinalGroup, claimAfterMs: number, end: AbortSignal): FinalsInHand {
  let rest: TakenFinal[] = [];
  let inWork: TakenFinal | undefined;
  let keptAt = 0;
  let claimedAt = Number.NEGATIVE_INFINITY;

  /** Whoever was silent for so long is about to lose what it has to others, and must not take it back. */
  const isLate = (now: number): boolean => now - keptAt > (claimAfterMs * 2) / 3;

  const keep = async (): Promise<void> => {
    const all = inWork === undefined ? rest : [inWork, ...rest];
    const askedAt = performance.now();
    if (all.length === 0 || isLate(askedAt)) return;
    await group.keep(all);
    keptAt = askedAt;
  };
  const timer = setInterval(() => void keep().catch(() => {}), claimAfterMs / 3);
  const stopTimer = (): void => clearInterval(timer);
  end.addEventListener("abort", stopTimer, { once: true });

  /** Redis away is no reason to end: what it has is still there when it comes back. */
  const patiently = async <T>(act: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await openDeadline(end).within(act);
      } catch (error) {
        end.throwIfAborted();
        if (!(error instanceof HermodUnavailableError)) throw error;
        await pause(AWAY_MS, end);
      }
    }
  };

  /** What dead ones left comes first, because it has waited longest. */
  const refill = async (): Promise<TakenFinal[]> => {
    if (performance.now() - claimedAt > claimAfterMs / 3) {
      const claimed = await group.claim(AT_ONCE);
      if (claimed.length > 0) return claimed;
      claimedAt = performance.now();
    }
    return await group.take(AT_ONCE);
  };

  return {
    async next() {
      end.throwIfAborted();
      if (isLate(performance.now())) rest = [];
      while (rest.length === 0) {
        keptAt = performance.now();
        rest = await patiently(refill);
        if (rest.length === 0) await pause(LOOK_MS, end);
      }
      const [first, ...others] = rest as [TakenFinal, ...TakenFinal[]];
      rest = others;
      inWork = first;
      return first;
    },
    async done(final) {
      await patiently(() => group.acknowledge([final]));
      inWork = undefined;
    },
    async giveBack() {
      stopTimer();
      end.removeEventListener("abort", stopTimer);
      const all = inWork === undefined ? rest : [inWork, ...rest];
      // If it fails, others take them when this consumer was not heard of for long enough.
      await group.giveBack(all).catch(() => {});
    },
  };
}

/** Ends early, with the reason of `end`. */
export async function pause(ms: number, end: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal: end }).catch(() => {});
  end.throwIfAborted();
}
