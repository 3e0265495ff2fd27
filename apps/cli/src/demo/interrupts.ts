import { constants } from "node:os";
import { setTimeout } from "node:timers/promises";

/** Somebody wants the demo to end before its end. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly exitCode: number;

  constructor(signal: NodeJS.Signals) {
    super(`ended by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/** What a person at the terminal wants, in growing impatience. */
export interface Interrupts extends Disposable {
  /** Aborted when everything is to be closed; its reason is an `Interrupted`. */
  readonly now: AbortSignal;
  /** From here on, the first Ctrl-C only aborts this signal: the load is to end, and the demo goes on to its table. */
  endOfLoad(): AbortSignal;
}

/** pnpm passes a Ctrl-C on that the terminal has sent to us already: two so close together are one. */
const SAME_MS = 300;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export function openInterrupts(say: (line: string) => void): Interrupts {
  const now = new AbortController();
  let load: AbortController | undefined;
  let lastAt = Number.NEGATIVE_INFINITY;
  const stop = (signal: NodeJS.Signals): void => {
    if (performance.now() - lastAt < SAME_MS) return;
    lastAt = performance.now();
    const reason = new Interrupted(signal);
    if (now.signal.aborted) {
      // Everything we started hangs on a leash that ends it when we are gone, however we go.
      process.exit(reason.exitCode);
    }
    if (signal === "SIGINT" && load?.signal.aborted === false) {
      say("Ending the load and waiting for its messages; Ctrl-C again closes everything at once.");
      load.abort();
      return;
    }
    say("Closing everything; Ctrl-C again does not wait for it.");
    now.abort(reason);
  };
  // Whoever read our output is gone, as in `demo | head`: nobody is left to show anything to.
  const onBrokenPipe = (): void => now.abort(new Interrupted("SIGPIPE"));
  for (const signal of SIGNALS) process.on(signal, stop);
  process.stdout.on("error", onBrokenPipe);
  return {
    now: now.signal,
    endOfLoad() {
      load ??= new AbortController();
      return load.signal;
    },
    [Symbol.dispose]() {
      for (const signal of SIGNALS) process.off(signal, stop);
      process.stdout.off("error", onBrokenPipe);
    },
  };
}

/** Waits for something, but no longer than until `signal`; its reason is thrown. */
export async function unless<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  const ended = Promise.withResolvers<never>();
  const onAbort = (): void => ended.reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, ended.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** Waits; when `signal` ends the wait, its reason is thrown. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}
