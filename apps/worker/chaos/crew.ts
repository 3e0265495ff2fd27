import { setTimeout as delay } from "node:timers/promises";
import type { AppProcess } from "@hermod/testing/app-process";

/** Processes that are started again whenever they end, as whoever runs them would. */
export interface Crew extends AsyncDisposable {
  /** Those of a kind that have started and run now. */
  working(kind: string): readonly AppProcess[];
  /** What those said last that ended by themselves, though they had started: a bug each. */
  readonly crashes: readonly string[];
}

/** How a kind of process is started, and how many of them there are. */
export interface Seats {
  readonly kind: string;
  readonly count: number;
  start(): Promise<AppProcess>;
}

const KILLED = 128 + 9;
const hasStarted = ({ lines }: AppProcess): boolean => lines.some((line) => line.includes('"msg":"started"'));
const PAUSE_MS = 100;

export function openCrew(seats: readonly Seats[]): Crew {
  const running = new Map<AppProcess, string>();
  const crashes: string[] = [];
  const closing = new AbortController();

  const keep = async ({ kind, start }: Seats): Promise<void> => {
    while (!closing.signal.aborted) {
      const one = await start();
      running.set(one, kind);
      // Told to end while it was being started, it hears nobody else any more.
      if (closing.signal.aborted) one.kill("SIGTERM");
      const code = await one.ended;
      running.delete(one);
      if (code !== KILLED && hasStarted(one) && !closing.signal.aborted)
        crashes.push(`${kind} ended with ${code}: ${one.lines.slice(-5).join("\n")}`);
      await one[Symbol.asyncDispose]();
      await delay(PAUSE_MS, undefined, { signal: closing.signal }).catch(() => {});
    }
  };
  const kept = seats.flatMap((one) => Array.from({ length: one.count }, () => keep(one)));

  return {
    working: (kind) => [...running].flatMap(([one, its]) => (its === kind && hasStarted(one) ? [one] : [])),
    crashes,
    async [Symbol.asyncDispose]() {
      closing.abort();
      for (const one of running.keys()) {
        one.kill("SIGCONT");
        one.kill("SIGTERM");
      }
      await Promise.all(kept);
    },
  };
}
