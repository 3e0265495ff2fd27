import { openInstallation } from "@hermod/broker/installation";
import { waitUntil } from "@hermod/testing/wait";
import { Redis } from "ioredis";

/** Counts the finals, of which nothing is removed while it lasts. */
export interface FinalCount extends Disposable {
  now(): Promise<number>;
  until(count: number): Promise<void>;
}

const TIMEOUT_MS = 600_000;

export async function openFinalCount(url: string): Promise<FinalCount> {
  const redis = new Redis(url);
  const { keys } = await openInstallation(redis);
  const now = async (): Promise<number> => {
    const streams = keys.allPartitions.map((partition) => keys.finals(partition, "default"));
    const lengths = await Promise.all(streams.map((stream) => redis.xlen(stream)));
    return lengths.reduce((sum, length) => sum + length, 0);
  };
  return {
    now,
    async until(count) {
      const isOver = async () => (await now()) >= count;
      await waitUntil("all messages", isOver, { timeoutMs: TIMEOUT_MS, everyMs: 50 });
    },
    [Symbol.dispose]: () => redis.disconnect(),
  };
}
