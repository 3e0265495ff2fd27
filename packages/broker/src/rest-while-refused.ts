import { setTimeout } from "node:timers/promises";
import type { Worker } from "bullmq";
import type { Redis } from "ioredis";

/** What a server answers that takes no writes: a replica, one without its replicas, out of memory or disk, or just loading. */
const REFUSALS = /\b(?:READONLY|NOREPLICAS|OOM|MISCONF|LOADING|MASTERDOWN|CLUSTERDOWN)\b/;

/** Between two looks whether writes are taken again. */
const LOOK_MS = 500;

/**
 * Lets a worker rest while Redis refuses writes. Left alone it would ask for its next job thousands of times a second, each time
 * in vain, and nothing may be sent that cannot be recorded. `probeKey` is written to find out when that is over.
 */
export function restWhileRefused(
  worker: Worker,
  redis: Redis,
  probeKey: string,
  stopping: AbortSignal,
): void {
  let resting = false;
  const rest = async (): Promise<void> => {
    resting = true;
    await worker.pause(true);
    while (!stopping.aborted && !(await takesWrites(redis, probeKey))) {
      await setTimeout(LOOK_MS, undefined, { signal: stopping }).catch(() => {});
    }
    if (!stopping.aborted) await worker.resume();
    resting = false;
  };
  worker.on("error", (error) => {
    if (!resting && REFUSALS.test(error.message)) void rest();
  });
}

async function takesWrites(redis: Redis, probeKey: string): Promise<boolean> {
  return await redis.set(probeKey, "1", "PX", 10_000).then(
    () => true,
    () => false,
  );
}
