import { createHmac } from "node:crypto";
import type { Encryption } from "@hermod/core/config";

/** A number's keyed hash in two parts: which of 256 places its messages lie in, and what they are known by there. */
export interface NumberHash {
  readonly place: number;
  readonly text: string;
}

export interface NumberHashes {
  /** Of a message that is written now. */
  own(number: string): NumberHash;
  /** Of messages that were written with any key. */
  all(number: string): NumberHash[];
}

/** 48 bits, and 8 of the place: among a hundred million messages one in a million look-ups finds a stranger's. */
export const NUMBER_HASH_LENGTH = 8;

/**
 * What finds messages by their numbers in an installation with encryption, in base64, the active one first: made from each key, and
 * no help in opening anything.
 */
export function numberKeys(encryption: Encryption | undefined): string[] {
  if (encryption === undefined) return [];
  const { [encryption.active]: active = "", ...others } = encryption.keys;
  return [active, ...Object.values(others)].map((key) => hmac(key, "hermod numbers", "base64"));
}

/**
 * There are few enough numbers to try them all, so that a hash hides one only from whoever lacks its key. Where numbers are sealed it
 * does not lie in Redis; where they are not, it is the installation's own, which lies beside them.
 */
export function numberHashes(
  installationHash: (number: string) => string,
  keys: readonly string[],
): NumberHashes {
  const hashes = [...keys.map((key) => (number: string) => hmac(key, number, "base64url"))];
  const [own = installationHash] = hashes;
  return {
    own: (number) => partsOf(own(number)),
    // Messages may be older than the keys.
    all: (number) => [...hashes, installationHash].map((hash) => partsOf(hash(number))),
  };
}

function hmac(base64: string, text: string, encoding: "base64" | "base64url"): string {
  return createHmac("sha256", Buffer.from(base64, "base64")).update(text).digest(encoding);
}

function partsOf(hash: string): NumberHash {
  return { place: Buffer.from(hash, "base64url").readUInt8(0), text: hash.slice(2, 2 + NUMBER_HASH_LENGTH) };
}
