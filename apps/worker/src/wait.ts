import { setTimeout } from "node:timers/promises";

/** Waits; returns false when `signal` ended it early. */
export async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  if (ms <= 0) return true;
  return await setTimeout(ms, true, { signal }).catch(() => false);
}
