import { type Logger, pino } from "pino";

export type { Logger };

/**
 * The log of a process: JSON lines on standard output. Only ids, names, counts and our own code words go into
 * it; never a message's number or text, and never an error of a client library with what it carries.
 */
export function openLog(name: string, level: string): Logger {
  return pino({ name, level, base: { name, pid: process.pid } });
}

/**
 * Logs at most one line a period for each kind of trouble, with the number of those left out: an outage must
 * not fill the disk.
 */
export function sampled(log: Logger, everyMs = 1000): (what: string, error: unknown) => void {
  const last = new Map<string, { at: number; leftOut: number }>();
  return (what, error) => {
    const now = performance.now();
    const known = last.get(what);
    if (known !== undefined && now - known.at < everyMs) {
      known.leftOut += 1;
      return;
    }
    last.set(what, { at: now, leftOut: 0 });
    log.error({ what, error: wordOf(error), leftOut: known?.leftOut ?? 0 }, what);
  };
}

/** An error as one bounded line without what a library may have attached to it. */
export function wordOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 200) : "not an error";
}

/** A line of a stack that names a place in the code, and nothing that merely begins with "at". */
const FRAME = /^ {4}at .*(?::\d+:\d+|<anonymous>|native|index \d+)\)?$/;

/**
 * Where an error was thrown, without what it says: a stack begins with the message, which may hold what no
 * log may.
 */
export function framesOf(error: unknown): string {
  if (!(error instanceof Error) || error.stack === undefined) return "";
  const { stack, message } = error;
  const end = message === "" ? -1 : stack.indexOf(message);
  const below = end === -1 ? stack : stack.slice(end + message.length);
  return below
    .split("\n")
    .filter((line) => FRAME.test(line))
    .join("\n");
}
