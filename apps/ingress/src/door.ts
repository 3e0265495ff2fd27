import { createHash, timingSafeEqual } from "node:crypto";
import { BlockList, isIPv6 } from "node:net";
import type { AccountBase } from "@hermod/core/config";

/** Tells who may push to an account. */
export interface Door {
  /** Whether the token is the account's, and the address one of those it may be pushed from. */
  opens(account: string, token: string, address: string): boolean;
}

/**
 * Compares tokens in a time that tells nothing of how much of one was right, nor whether there is such an account, nor whether it
 * takes pushes.
 */
export function openDoor(accounts: Readonly<Record<string, AccountBase>>): Door {
  const guarded = new Map(
    Object.entries(accounts).flatMap(([name, { pushToken, pushFrom }]) =>
      pushToken === undefined
        ? []
        : [[name, { token: digest(pushToken.reveal()), isWelcome: networksOf(pushFrom) }] as const],
    ),
  );
  return {
    opens(account, token, address) {
      const known = guarded.get(account);
      const isRight = timingSafeEqual(digest(token), known?.token ?? NOBODYS);
      return known !== undefined && isRight && known.isWelcome(address);
    },
  };
}

const NOBODYS = Buffer.alloc(32);

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function networksOf(networks: readonly string[] | undefined): (address: string) => boolean {
  if (networks === undefined) return () => true;
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix] = network.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return (address) => {
    // A socket that listens for both families shows IPv4 addresses within IPv6.
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
    return list.check(plain, isIPv6(plain) ? "ipv6" : "ipv4");
  };
}
