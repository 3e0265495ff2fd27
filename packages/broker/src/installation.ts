import { createHmac, randomBytes } from "node:crypto";
import type { Redis, Result } from "ioredis";
import { type Keys, keysOf } from "./keys.ts";
import type { RecordForm } from "./record-codec.ts";
import { RedisUnusableError } from "./redis-unusable-error.ts";

/** What is fixed for the life of the data in a Redis. */
export interface Installation {
  readonly keys: Keys;
  /**
   * False until a worker or poller said over how many partitions the records are spread: before that, there
   * are none.
   */
  readonly fixed: boolean;
  /** How new and changed records are written. */
  readonly recordForm: RecordForm;
  /** A new message id: for an idempotency key always the same one, else by chance. */
  messageId(producer: string, idempotencyKey: string | undefined): string;
  /** Keyed hash of a message's body. */
  bodyHash(fingerprint: string): string;
  /** Keyed hash of a number: enough to find it again, and to compare. */
  numberHash(number: string): string;
}

const LEAN = { records: "lean" } as const;

/** Where nothing was written yet, nobody of an earlier version reads it. KEYS installation; ARGV the key that ids are made with. */
const INSTALL = `
if redis.call('HSETNX', KEYS[1], 'idKey', ARGV[1]) == 1 then redis.call('HSET', KEYS[1], 'records', 'lean') end
return 1
`;

declare module "ioredis" {
  interface RedisCommander<Context> {
    hermodInstall(installation: string, idKey: string): Result<number, Context>;
  }
}

const BASE32 = "0123456789abcdefghjkmnpqrstvwxyz";
const ID_LENGTH = 26;

/**
 * Reads what is fixed, or fixes it. `partitions` is what the configuration says; a producer says nothing and
 * takes what is there. The key makes ids and hashes unguessable for whoever does not read this Redis anyway:
 * an idempotency key may hold a phone number, and ids stand in logs.
 */
export async function openInstallation(
  redis: Redis,
  namespace?: string,
  partitions?: number,
): Promise<Installation> {
  const { installation } = keysOf(namespace);
  redis.defineCommand("hermodInstall", { numberOfKeys: 1, lua: INSTALL });
  await redis.hermodInstall(installation, randomBytes(32).toString("base64"));
  if (partitions !== undefined) await redis.hsetnx(installation, "partitions", partitions);
  const [idKey = "", fixed, records] = await redis.hmget(installation, "idKey", "partitions", "records");
  if (partitions !== undefined && Number(fixed) !== partitions) {
    throw new RedisUnusableError(
      `The messages in this Redis are spread over ${fixed} partitions, the configuration says redis.partitions: ${partitions}; it cannot change while there are messages.`,
    );
  }
  const secret = Buffer.from(idKey ?? "", "base64");
  return {
    keys: keysOf(namespace, Number(fixed ?? 1)),
    fixed: fixed !== null && fixed !== undefined,
    recordForm: records === LEAN.records ? "lean" : "whole",
    messageId: (producer, idempotencyKey) =>
      base32(
        idempotencyKey === undefined
          ? randomBytes(17)
          : createHmac("sha256", secret).update(`id\0${producer}\0${idempotencyKey}`).digest(),
      ),
    bodyHash: (fingerprint) => keyedHash(secret, "body", fingerprint),
    numberHash: numberHashOf(idKey ?? ""),
  };
}

/** No process or producer of an earlier version runs any more: whoever starts from now on writes lean records. */
export async function finishUpgrade(redis: Redis, keys: Keys): Promise<void> {
  await redis.hset(keys.installation, LEAN);
}

/** How an installation with this key hashes numbers. */
export function numberHashOf(idKey: string): (number: string) => string {
  const secret = Buffer.from(idKey, "base64");
  return (number) => keyedHash(secret, "number", number);
}

function keyedHash(secret: Buffer, what: string, text: string): string {
  return createHmac("sha256", secret).update(`${what}\0${text}`).digest("base64url").slice(0, 22);
}

function base32(bytes: Buffer): string {
  let text = "";
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0x1fff;
    bits += 8;
    while (bits >= 5 && text.length < ID_LENGTH) {
      bits -= 5;
      text += BASE32[(value >> bits) & 31];
    }
  }
  return text;
}
