import type { Redis } from "ioredis";
import { defineBreakerScripts } from "./breaker-scripts.ts";
import type { Keys } from "./keys.ts";

/** Why an account is not asked for status, since when, and from when on a single request may try it again. */
export interface StatusPause {
  readonly code: string;
  /** Epoch milliseconds by the clock of Redis. */
  readonly since: number;
  readonly probeAt: number;
}

/** A refused status request. */
export interface Refusal {
  /** Our word for what came instead of an answer. */
  readonly code: string;
  /** What the request is known by: the first of its order's ids. */
  readonly request: string;
  /** How long the provider wants to be left alone, if it says so. */
  readonly retryAfterMs?: number | undefined;
  readonly shortestMs: number;
  readonly longestMs: number;
}

/**
 * Rests of accounts whose status requests were refused, the same for every process. The pacer gives no slots for questions
 * meanwhile, but to the one request that tries whether the account answers again.
 */
export interface StatusPauses {
  get(account: string): Promise<StatusPause | undefined>;
  /** Lets the account rest, and returns for how long. */
  refuse(account: string, refusal: Refusal): Promise<number>;
  /** Makes this request the one that tries, when it is time for one; after `leaseMs` another one may. */
  probe(account: string, request: string, leaseMs: number): Promise<boolean>;
  /** Ends the rest, because this request tried and was answered. */
  end(account: string, request: string): Promise<boolean>;
}

export function openStatusPauses(redis: Redis, keys: Keys): StatusPauses {
  defineBreakerScripts(redis);
  const keyOf = (account: string): string => keys.breaker(account, "status");
  return {
    get: (account) => readPause(redis, keys, account),
    async refuse(account, { code, request, retryAfterMs, shortestMs, longestMs }) {
      const asked = retryAfterMs ?? "";
      return await redis.hermodRefuse(keyOf(account), code, request, asked, shortestMs, longestMs);
    },
    probe: async (account, request, leaseMs) =>
      (await redis.hermodProbe(keyOf(account), request, leaseMs)) === 1,
    end: async (account, request) => (await redis.hermodClose(keyOf(account), request)) === 1,
  };
}

/** Reads why an account is not asked; it only reads. */
export async function readPause(redis: Redis, keys: Keys, account: string): Promise<StatusPause | undefined> {
  const { code, since, at } = await redis.hgetall(keys.breaker(account, "status"));
  return code === undefined ? undefined : { code, since: Number(since), probeAt: Number(at) };
}
