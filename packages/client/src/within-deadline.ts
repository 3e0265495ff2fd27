import { HermodInputError } from "@hermod/core/input-error";
import { HermodUnavailableError } from "./unavailable-error.ts";

/** Redis away rejects within this time. */
const DEADLINE_MS = 2000;
const PAUSE_MS = 50;

/** The time that one call has, whatever it asks Redis for and however often. */
export interface Deadline {
  /**
   * Does something at Redis, again while the connection is away, until it is done or the time is over. `act`
   * must be repeatable: a try that seemed to fail may have been carried out. It is told how often it was
   * tried before.
   */
  within<T>(act: (tried: number) => Promise<T>): Promise<T>;
  /** Lets the time begin anew, for a call of any length that made progress. */
  renew(): void;
}

/** `stop` ends whatever waits within the deadline at once, with its reason. */
export function openDeadline(stop: AbortSignal): Deadline {
  let endsAt = 0;
  const renew = (): void => {
    endsAt = performance.now() + DEADLINE_MS;
  };
  renew();
  return {
    renew,
    async within(act) {
      stop.throwIfAborted();
      const leftMs = endsAt - performance.now();
      if (leftMs <= 0) throw tooLate();
      const ended = Promise.withResolvers<never>();
      const tries = { over: false };
      const onStop = (): void => ended.reject(stop.reason);
      // A process that was busy itself first reads what has arrived meanwhile.
      const timer = setTimeout(() => setImmediate(() => ended.reject(tooLate())), leftMs);
      stop.addEventListener("abort", onStop, { once: true });
      try {
        return await Promise.race([untilDone(act, tries, renew), ended.promise]);
      } finally {
        tries.over = true;
        clearTimeout(timer);
        stop.removeEventListener("abort", onStop);
      }
    },
  };
}

/** `onAnswer` hears that the server is there, although it refused. */
async function untilDone<T>(
  act: (tried: number) => Promise<T>,
  tries: { readonly over: boolean },
  onAnswer: () => void,
): Promise<T> {
  for (let tried = 0; ; tried += 1) {
    try {
      return await act(tried);
    } catch (error) {
      if (error instanceof HermodInputError || error instanceof HermodUnavailableError) throw error;
      // The server answered, and its answer is no: out of memory, read-only, not enough replicas. Only the
      // code word is told: the error itself holds the command, and with it number and text.
      if (error instanceof Error && error.name === "ReplyError") {
        onAnswer();
        throw new HermodUnavailableError(`Redis refused: ${codeWord(error)}`);
      }
      if (tries.over) throw tooLate();
      await pause();
    }
  }
}

function codeWord({ message }: Error): string {
  return /^[A-Z]+(?= |$)/.exec(message)?.[0] ?? "ERR";
}

function tooLate(): HermodUnavailableError {
  return new HermodUnavailableError(`Redis did not answer within ${DEADLINE_MS} ms`);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
