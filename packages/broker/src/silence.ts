import { setTimeout } from "node:timers/promises";
import type { Redis } from "ioredis";

/** A Redis that does not answer for so long is taken as away. */
const SILENT_MS = 1000;

/** Between two looks. */
const LOOK_MS = 100;

/**
 * Resolves with true once nothing is in hand and Redis does not answer: nothing is left that is worth waiting
 * for. False when `closed` came first.
 */
export async function untilSilent(
  redis: Redis,
  isBusy: () => boolean,
  closed: AbortSignal,
): Promise<boolean> {
  while (!closed.aborted) {
    if (!isBusy() && !(await answers(redis, closed)) && !isBusy()) return true;
    await setTimeout(LOOK_MS, undefined, { signal: closed }).catch(() => {});
  }
  return false;
}

/** The status of a connection does not tell: a frozen server keeps it open. */
async function answers(redis: Redis, closed: AbortSignal): Promise<boolean> {
  const over = new AbortController();
  const signal = AbortSignal.any([closed, over.signal]);
  const answer = redis.ping().then(
    () => true,
    () => true,
  );
  const silence = setTimeout(SILENT_MS, false, { signal }).catch(() => true);
  return await Promise.race([answer, silence]).finally(() => over.abort());
}
