import type { Redis } from "ioredis";
import type { Keys } from "./keys.ts";
import { defineReferenceScript } from "./reference-script.ts";

/**
 * Numbers that we give to providers as our reference of a message: each is given once in the life of an installation. Several
 * accounts may be the same customer there, with another sender or other ports: were each to count for itself, the provider would
 * take the message of one for a repeat of another's.
 */
export interface References {
  /** Takes `count` numbers in a row and returns the first. Throws when all that fit in 31 bits are used up. */
  allocate(count: number): Promise<number>;
}

/**
 * After a restart or a failover Redis may have forgotten its last moments, and with them which numbers are given away; so many are then
 * passed over. A number given twice would let a provider that removes duplicates swallow another person's message.
 */
const GAP = 100_000;
const LARGEST = 2 ** 31 - 1;

export function openReferences(redis: Redis, keys: Keys): References {
  defineReferenceScript(redis);
  return {
    async allocate(count) {
      const first = Number(await redis.hermodReference(keys.references, count, GAP));
      if (first + count > LARGEST) throw new Error("there are no reference numbers left");
      return first;
    },
  };
}
