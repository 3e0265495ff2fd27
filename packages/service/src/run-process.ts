import type { Logger } from "./log.ts";

/** What a process is built from: everything it opens goes on the stack, and closes in reverse. */
export interface ProcessParts {
  readonly stack: AsyncDisposableStack;
  /** Aborted when the process is to end: nothing new is begun. */
  readonly stopping: AbortSignal;
}

/**
 * Runs a process until SIGTERM or SIGINT and closes what was opened, within `graceMs`. Ends with 0 after an
 * orderly end, with 1 when the start failed (one message on standard error), something unforeseen was thrown,
 * or closing took too long.
 */
export async function runProcess(
  log: Logger,
  graceMs: number,
  open: (parts: ProcessParts) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const stopped = Promise.withResolvers<string>();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopped.resolve(signal));
  process.on("uncaughtException", (error) => {
    log.fatal({ err: { name: error.name, message: error.message, stack: error.stack } }, "unforeseen");
    process.exit(1);
  });

  await using stack = new AsyncDisposableStack();
  await open({ stack, stopping: stop.signal });
  log.info("started");
  const signal = await stopped.promise;
  log.info({ signal }, "stopping");
  stop.abort();
  const watchdog = setTimeout(() => {
    log.error({ graceMs, open: process.getActiveResourcesInfo() }, "did not stop in time");
    process.exit(1);
  }, graceMs);
  await stack.disposeAsync();
  clearTimeout(watchdog);
  log.info("stopped");
}

/**
 * Says why a process could not start, and ends it. A known problem is its own message; anything else shows
 * where it came from.
 */
export function failStart(error: unknown): never {
  const known =
    error instanceof Error && (error.name === "ConfigError" || error.name === "RedisUnusableError");
  console.error(known ? error.message : error);
  process.exit(1);
}
