import { Worker } from "node:worker_threads";

/** What the watching thread is given. */
export interface LoopWatchData {
  /** A counter that the watched loop turns. */
  readonly turns: SharedArrayBuffer;
  readonly everyMs: number;
  /** So many looks without a turn are too many. */
  readonly looks: number;
  /** The last line that is written before the end. */
  readonly line: string;
}

/** Looks within the limit. A loop that was only slow for a moment turns between two of them. */
const LOOKS = 20;

/**
 * Ends this process with SIGKILL when its event loop does not turn for `limitMs`: a blocked loop can neither
 * answer a probe nor end itself, and neither can whatever it holds (leases, orders) go on. A thread looks on,
 * and counts its own looks, so that a process which was stopped as a whole is given its time.
 */
export function watchLoop(limitMs: number): AsyncDisposable {
  const turns = new SharedArrayBuffer(4);
  const counter = new Int32Array(turns);
  const everyMs = Math.ceil(limitMs / LOOKS);
  const line = JSON.stringify({ level: 60, pid: process.pid, limitMs, msg: "event loop blocked: killed" });
  const workerData: LoopWatchData = { turns, everyMs, looks: LOOKS, line };
  const thread = new Worker(new URL("./loop-watch-thread.ts", import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: 16 },
  });
  const turning = setInterval(() => Atomics.add(counter, 0, 1), everyMs / 2);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(turning);
      await thread.terminate();
    },
  };
}
