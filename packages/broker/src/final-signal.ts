import type { Redis } from "ioredis";
import type { Keys } from "./keys.ts";

/** Tells when messages become final. */
export interface FinalSignal {
  /**
   * Calls back when the message becomes final, or when news may have been missed because the connection was away: whoever is called
   * looks at the record. Resolves once no later news can be missed; the result ends the subscription.
   */
  watch(id: string, wake: () => void): Promise<AsyncDisposable>;
}

/** Needs a connection of its own: one that listens can do nothing else. */
export function openFinalSignal(redis: Redis, keys: Keys): FinalSignal {
  const watchers = new Map<string, Set<() => void>>();
  redis.on("message", (channel: string) => {
    for (const wake of watchers.get(channel) ?? []) wake();
  });
  redis.on("ready", () => {
    for (const wake of [...watchers.values()].flatMap((wakes) => [...wakes])) wake();
  });
  return {
    async watch(id, wake) {
      const channel = keys.finalChannel(id);
      const wakes = watchers.get(channel) ?? new Set();
      wakes.add(wake);
      watchers.set(channel, wakes);
      await redis.subscribe(channel);
      return {
        async [Symbol.asyncDispose]() {
          wakes.delete(wake);
          if (wakes.size > 0 || watchers.get(channel) !== wakes) return;
          watchers.delete(channel);
          await redis.unsubscribe(channel).catch(() => {});
        },
      };
    },
  };
}
