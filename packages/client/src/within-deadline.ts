import { HermodInputError } from "@hermod/core/input-error";
import { HermodUnavailableError } from "./unavailable-error.ts";

/** Redis away rejects within this time. */
const DEADLINE_MS = 2000;
const PAUSE_MS = 50;

/**
 * Does something at Redis, again while the connection is away, until it is done or the deadline has passed.
 * `act` must be repeatable: a try that seemed to fail may have been carried out. It is told how often it was
 * tried before.
 */
export async function withinDeadline<T>(act: (tried: number) => Promise<T>): Promise<T> {
  const deadline = AbortSignal.timeout(DEADLINE_MS);
  const passed = Promise.withResolvers<never>();
  const onPassed = (): void => {
    passed.reject(new HermodUnavailableError(`Redis did not answer within ${DEADLINE_MS} ms`));
  };
  deadline.addEventListener("abort", onPassed, { once: true });
  try {
    return await Promise.race([untilDone(act, deadline), passed.promise]);
  } finally {
    deadline.removeEventListener("abort", onPassed);
  }
}

async function untilDone<T>(act: (tried: number) => Promise<T>, deadline: AbortSignal): Promise<T> {
  for (let tried = 0; ; tried += 1) {
    try {
      return await act(tried);
    } catch (error) {
      if (error instanceof HermodInputError || error instanceof HermodUnavailableError) throw error;
      // The server answered, and its answer is no: out of memory, read-only, not enough replicas.
      if (error instanceof Error && error.name === "ReplyError") {
        throw new HermodUnavailableError(`Redis refused: ${error.message.split(" ", 1)[0]}`, {
          cause: error,
        });
      }
      if (deadline.aborted) throw error;
      await pause();
    }
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
