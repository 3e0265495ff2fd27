import { setTimeout as delay } from "node:timers/promises";

export interface WaitOptions {
  /** When to give up; 5 s if nothing is said. */
  readonly timeoutMs?: number;
  /** Between two looks. */
  readonly everyMs?: number;
  readonly signal?: AbortSignal;
}

type Falsy = false | 0 | "" | null | undefined;

/**
 * Looks again and again until `check` gives something truthy, and returns that; a failure names what was
 * waited for. What `check` throws ends the wait at once: only "not yet" is worth another look.
 */
export async function waitUntil<T>(
  what: string,
  check: () => T | Promise<T>,
  { timeoutMs = 5000, everyMs = 20, signal }: WaitOptions = {},
): Promise<Exclude<T, Falsy>> {
  const enough = new AbortController();
  const stop = AbortSignal.any(signal === undefined ? [enough.signal] : [enough.signal, signal]);
  const late = delay(timeoutMs, undefined, { signal: stop }).then(
    () => Promise.reject(new Error(`Waited ${timeoutMs} ms in vain for ${what}.`)),
    () => Promise.reject(signal?.reason),
  );
  late.catch(() => {});
  try {
    for (;;) {
      // A look that never ends must not outlive the deadline.
      const seen = await Promise.race([check(), late]);
      if (seen) return seen as Exclude<T, Falsy>;
      await Promise.race([delay(everyMs), late]);
    }
  } finally {
    enough.abort();
  }
}
