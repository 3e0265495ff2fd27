import type { Redis } from "ioredis";
import type { Keys } from "./keys.ts";

/** Tells when messages become final. */
export interface FinalSignal {
  /**
   * Calls back when the message becomes final, or when news may have been missed because the connection was
   * away: whoever is called looks at the record. Resolves once no later news can be missed; the result ends
   * the subscription.
   */
  watch(id: string, wake: () => void): Promise<AsyncDisposable>;
}

/** Needs a connection of its own: one that listens can do nothing else. */
export function openFinalSignal(redis: Redis, keys: Keys): FinalSignal {
  const watchers = new Map<string, Set<() => void>>();
  redis.on("message", (channel: string) => {
    for (const wake of watchers.get(channel) ?? []) wake();
  });
  // A look at the record before the connection listens again could miss what comes right after it.
  redis.on("ready", async () => {
    const channels = [...watchers.keys()];
    if (channels.length === 0) return;
    const listens = await redis.subscribe(...channels).then(
      () => true,
      () => false,
    );
    // If not, the connection is away again, and its next return wakes them.
    if (listens) for (const wake of channels.flatMap((channel) => [...(watchers.get(channel) ?? [])])) wake();
  });
  return {
    async watch(id, wake) {
      const channel = keys.finalChannel(id);
      const wakes = watchers.get(channel) ?? new Set();
      wakes.add(wake);
      watchers.set(channel, wakes);
      const end = async (): Promise<void> => {
        wakes.delete(wake);
        if (wakes.size > 0 || watchers.get(channel) !== wakes) return;
        watchers.delete(channel);
        // Not waited for: while Redis is away that would take until it is back.
        redis.unsubscribe(channel).catch(() => {});
      };
      await redis.subscribe(channel).catch(async (error: unknown) => {
        await end();
        throw error;
      });
      return { [Symbol.asyncDispose]: end };
    },
  };
}
