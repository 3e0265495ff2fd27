import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { SimulatedProvider } from "@hermod/simulator/registry";
import type { ProviderLog } from "./demo-provider.ts";

/** The providers of the demo. */
export interface DemoSimulators extends AsyncDisposable {
  /** What an account there is configured with. */
  readonly baseUrls: ReadonlyMap<SimulatedProvider, string>;
  /** What each of them really received and accepted, up to now. */
  logs(): Promise<ReadonlyMap<SimulatedProvider, ProviderLog>>;
}

/**
 * Starts the simulators in a thread: what the demo itself is busy with must not delay when a request is noted, or the most in a
 * second would be that of our own making.
 */
export async function startSimulators(
  seed: number,
  providers: readonly SimulatedProvider[],
  pushUrls: ReadonlyMap<SimulatedProvider, string>,
): Promise<DemoSimulators> {
  const thread = new Worker(new URL("./simulator-thread.ts", import.meta.url), {
    workerData: { seed, providers, pushUrls },
  });
  // `once` rejects with the thread's error, should it have one. What the thread has is a copy of ours: there is nothing to doubt.
  const answer = async <T>(): Promise<ReadonlyMap<SimulatedProvider, T>> =>
    new Map((await once(thread, "message"))[0] as [SimulatedProvider, T][]);
  return {
    baseUrls: await answer<string>(),
    async logs() {
      const logs = answer<ProviderLog>();
      thread.postMessage("logs");
      return await logs;
    },
    async [Symbol.asyncDispose]() {
      await thread.terminate();
    },
  };
}
