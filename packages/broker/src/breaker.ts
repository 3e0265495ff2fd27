import type { Opened } from "@hermod/core/breaker";
import type { Redis } from "ioredis";
import { defineBreakerScripts } from "./breaker-scripts.ts";
import type { Keys } from "./keys.ts";

/** Why nothing goes through an account, since when, and when one message may try it; never while an operator stopped it. */
export interface OpenBreaker extends Opened {
  /** Our word for the fault, for example `credentials`; `stopped` by an operator. */
  readonly code: string;
  /** Epoch milliseconds by the clock of Redis. */
  readonly since: number;
}

/** The breakers of all accounts, the same for every process. */
export interface Breakers {
  /** The open breaker of an account; undefined while it is closed. */
  get(account: string): Promise<OpenBreaker | undefined>;
  /** Opens it because of a fault; true when it was closed. */
  trip(account: string, code: string, probeMs: number): Promise<boolean>;
  /** Closes it because this message, which was let through to try, found the account working. */
  close(account: string, messageId: string): Promise<boolean>;
  /** Lets this message through, alone, when it is time to try; after `leaseMs` another one may. */
  probe(account: string, messageId: string, leaseMs: number): Promise<boolean>;
  /** Opens it by an operator's hand, until `release`. */
  stop(account: string): Promise<void>;
  /** Closes it by an operator's hand, whatever opened it. */
  release(account: string): Promise<void>;
}

const STOPPED = "stopped";

export function openBreakers(redis: Redis, keys: Keys): Breakers {
  defineBreakerScripts(redis);
  const keyOf = (account: string): string => keys.breaker(account, "send");
  return {
    async get(account) {
      const { code, since, at, stopped } = await redis.hgetall(keyOf(account));
      if (code === undefined) return undefined;
      const probeAt = stopped === undefined && at !== undefined ? { probeAt: Number(at) } : {};
      return { code, since: Number(since), ...probeAt };
    },
    trip: async (account, code, probeMs) => (await redis.hermodTrip(keyOf(account), code, probeMs)) === 1,
    close: async (account, messageId) => (await redis.hermodClose(keyOf(account), messageId)) === 1,
    probe: async (account, messageId, leaseMs) =>
      (await redis.hermodProbe(keyOf(account), messageId, leaseMs)) === 1,
    async stop(account) {
      const [seconds] = await redis.time();
      const fields = { code: STOPPED, since: Number(seconds) * 1000, stopped: 1 };
      await redis.multi().hset(keyOf(account), fields).hdel(keyOf(account), "probe").exec();
    },
    async release(account) {
      await redis.del(keyOf(account));
    },
  };
}
