import { setTimeout as delay } from "node:timers/promises";
import { HermodUnavailableError } from "@hermod/client";

const PAUSE_MS = 100;

/** Asks again and again while Redis is away, as a patient producer does; in the end the refusal stands. */
export async function insist<T>(act: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof HermodUnavailableError) || signal.aborted) throw error;
      await delay(PAUSE_MS);
    }
  }
}
