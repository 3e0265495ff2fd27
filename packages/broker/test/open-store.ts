import { createHash } from "node:crypto";
import type { Encryption } from "@hermod/core/config";
import { isolatedRedis } from "@hermod/testing/isolated-redis";
import type { Redis } from "ioredis";
import { onTestFinished } from "vitest";
import { connectRedis, type RedisLink } from "../src/connect.ts";
import { fieldCipher } from "../src/field-cipher.ts";
import { type Keys, keysOf } from "../src/keys.ts";
import { numberHashes, numberKeys } from "../src/number-hashes.ts";
import { recordCodec } from "../src/record-codec.ts";
import type { OnTransition, Retention } from "../src/record-commit.ts";
import { openRecordStore, type RecordStore } from "../src/record-store.ts";
import type { EventLimits } from "../src/state-events.ts";

export interface OpenLink {
  readonly link: RedisLink;
  readonly redis: Redis;
  readonly keys: Keys;
}

/** A connection of the test's own, and keys that no other test has. */
export async function openLink(
  partitions = 1,
  given: { readonly namespace?: string | undefined; readonly url?: string | undefined } = {},
): Promise<OpenLink> {
  const own = isolatedRedis();
  const { url, namespace } = { url: given.url ?? own.url, namespace: given.namespace ?? own.namespace };
  const link = await connectRedis(url, "process");
  onTestFinished(() => link[Symbol.asyncDispose]());
  return { link, redis: link.redis, keys: keysOf(namespace, partitions) };
}

export interface OpenStore extends OpenLink {
  readonly store: RecordStore;
  /** The same records through another connection, or as another configuration sees them. */
  reopen(other?: { retention?: Retention; encryption?: Encryption }): Promise<RecordStore>;
}

const bareHash = (number: string): string => createHash("sha256").update(number).digest("base64url");

const RETENTION: Retention = { recordMs: 60_000, textMs: 0 };

export async function openStore(
  options: {
    partitions?: number;
    retention?: Retention;
    encryption?: Encryption;
    onTransition?: OnTransition;
    events?: EventLimits;
    namespace?: string;
    /** A Redis of the test's own, for what would disturb others. */
    url?: string;
  } = {},
): Promise<OpenStore> {
  const opened = await openLink(options.partitions, options);
  const { url } = isolatedRedis();
  const storeOf = ({ redis, clock }: RedisLink, own: typeof options): RecordStore =>
    openRecordStore({
      redis,
      keys: opened.keys,
      codec: recordCodec(fieldCipher(own.encryption)),
      clock,
      retention: () => own.retention ?? RETENTION,
      numberHashes: numberHashes(bareHash, numberKeys(own.encryption)),
      onTransition: own.onTransition,
      events: own.events,
    });
  return {
    ...opened,
    store: storeOf(opened.link, options),
    async reopen(other = {}) {
      const link = await connectRedis(url, "process");
      onTestFinished(() => link[Symbol.asyncDispose]());
      return storeOf(link, { ...options, ...other });
    },
  };
}
