import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { ProviderLog } from "./truth.ts";

/** The provider of the demo. */
export interface DemoSimulator extends AsyncDisposable {
  readonly url: string;
  /** What it really received and accepted, up to now. */
  log(): Promise<ProviderLog>;
}

/**
 * Starts the simulator in a thread: what the demo itself is busy with must not delay when a request is noted, or the most in a second
 * would be that of our own making.
 */
export async function startSimulator(seed: number): Promise<DemoSimulator> {
  const thread = new Worker(new URL("./simulator-thread.ts", import.meta.url), { workerData: seed });
  // `once` rejects with the thread's error, should it have one.
  const answer = async (): Promise<unknown> => (await once(thread, "message"))[0];
  const url = String(await answer());
  return {
    url,
    async log() {
      const log = answer();
      thread.postMessage("log");
      // A copy of what the thread has, made by this process: there is nothing to doubt.
      return (await log) as ProviderLog;
    },
    async [Symbol.asyncDispose]() {
      await thread.terminate();
    },
  };
}
