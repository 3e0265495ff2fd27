import { framesOf, type Logger, wordOf } from "./log.ts";

/** What a process is built from: everything it opens goes on the stack, and closes in reverse. */
export interface ProcessParts {
  readonly stack: AsyncDisposableStack;
  /** Aborted when the process is to end: nothing new is begun, and a start that is under way breaks off. */
  readonly stopping: AbortSignal;
  /** Ends the process as on a signal, but with 1: it cannot do its work, and another one may. */
  readonly fail: (why: string) => void;
}

/**
 * Runs a process until SIGTERM or SIGINT and closes what was opened, within `graceMs`. Ends with 0 after an
 * orderly end, also of a start that was broken off; with 1 when the start failed (one message on standard
 * error), something unforeseen was thrown, the process failed later, closing took too long, or a second signal
 * would not wait for it.
 */
export async function runProcess(
  log: Logger,
  graceMs: number,
  open: (parts: ProcessParts) => Promise<void>,
): Promise<void> {
  process.on("uncaughtException", (error) => {
    log.fatal({ error: wordOf(error), frames: framesOf(error) }, "unforeseen");
    process.exit(1);
  });
  const stop = new AbortController();
  const told = Promise.withResolvers<void>();
  let watchdog: NodeJS.Timeout | undefined;
  /** From the first call on there is only so much time, whatever the process is at. */
  const stopping = (): void => {
    watchdog ??= setTimeout(() => {
      log.error({ graceMs, open: process.getActiveResourcesInfo() }, "did not stop in time");
      process.exit(1);
    }, graceMs);
    stop.abort();
    told.resolve();
  };
  const fail = (why: string): void => {
    if (stop.signal.aborted) return;
    log.fatal({ why }, "ends itself");
    process.exitCode = 1;
    stopping();
  };
  let signals = 0;
  for (const name of ["SIGTERM", "SIGINT"] as const) {
    process.on(name, () => {
      signals += 1;
      log.info({ signal: name }, signals === 1 ? "stopping" : "ended at once");
      if (signals > 1) process.exit(1);
      stopping();
    });
  }

  await using stack = new AsyncDisposableStack();
  try {
    await open({ stack, stopping: stop.signal, fail });
    if (signals === 0) log.info("started");
    await told.promise;
  } catch (error) {
    // A start that was broken off by a signal has not failed.
    if (signals === 0) {
      // Before anything is closed, so that nothing waits for what will not come.
      stopping();
      throw error;
    }
  }
  await stack.disposeAsync();
  // If all is closed the process ends by itself now; the watchdog alone must not keep it.
  watchdog?.unref();
  log.info("stopped");
}

const KNOWN: ReadonlySet<string> = new Set(["ConfigError", "RedisUnusableError"]);

/**
 * Says why a process could not start, and ends it. A known problem is its own message; anything else shows
 * where it came from, but nothing of what a library attached to it: a command of Redis may hold private data.
 */
export function failStart(error: unknown): never {
  // Closing may have failed too; what came first is the reason.
  const reason: unknown = error instanceof SuppressedError ? error.suppressed : error;
  console.error(explained(reason));
  process.exit(1);
}

function explained(reason: unknown): string {
  if (!(reason instanceof Error)) return "something was thrown that is no error";
  const { name, message } = reason;
  return KNOWN.has(name) ? message : [`${name}: ${message}`, framesOf(reason)].join("\n");
}
