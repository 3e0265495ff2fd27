import type { BalanceSample } from "@hermod/core/balance";
import type { Redis } from "ioredis";
import { z } from "zod";
import type { Keys } from "./keys.ts";
import { parseJson } from "./parse-json.ts";
import { replies } from "./replies.ts";

/** An account's money at one moment, and what it is in. */
const Sample = z.object({ at: z.number(), amount: z.string(), currency: z.string().exactOptional() });
export type StoredBalance = z.infer<typeof Sample> & BalanceSample;

/** What providers said of the money of accounts, over the last day. */
export interface Balances {
  /** True for one of all who ask, once in so long: it is the one to ask the provider. */
  claim(account: string, everyMs: number): Promise<boolean>;
  add(account: string, sample: StoredBalance): Promise<void>;
  /** From the oldest. */
  read(account: string): Promise<StoredBalance[]>;
}

const KEPT_MS = 86_400_000;
const MOST = 500;

export function openBalances(redis: Redis, keys: Keys): Balances {
  return {
    claim: async (account, everyMs) =>
      (await redis.set(keys.balanceAsked(account), "1", "PX", everyMs, "NX")) === "OK",
    async add(account, sample) {
      const pipeline = redis
        .pipeline()
        .rpush(keys.balance(account), JSON.stringify(sample))
        .ltrim(keys.balance(account), -MOST, -1)
        .pexpire(keys.balance(account), KEPT_MS);
      await replies(pipeline);
    },
    async read(account) {
      const texts = await redis.lrange(keys.balance(account), 0, -1);
      const samples = texts.flatMap((text) => Sample.safeParse(parseJson(text)).data ?? []);
      const since = (samples.at(-1)?.at ?? 0) - KEPT_MS;
      return samples.filter(({ at }) => at >= since);
    },
  };
}
