import { lookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { buildConnector } from "undici";

/** Tells whether there may be a connection to an IP address. */
export type MayConnect = (address: string) => boolean;

/** The code of a connection that was not made because of where it would have led. */
export const NOT_ALLOWED = "TARGET_NOT_ALLOWED";

/**
 * Lets connections go to the public internet, and to these networks: not to this machine, not to private, shared or link-local
 * addresses, in whatever form (within IPv6, translated, tunnelled), nor to any other that is set aside.
 */
export function publicOr(allowedNetworks: readonly string[]): MayConnect {
  const allowed = allowedNetworks.map((network) => {
    const [address = "", prefix] = network.split("/");
    const parsed = ipaddr.parse(address);
    const bits = parsed.kind() === "ipv4" ? 32 : 128;
    return { parsed, prefix: prefix === undefined ? bits : Number(prefix) };
  });
  return (text) => {
    if (!ipaddr.isValid(text)) return false;
    const address = ipaddr.process(text);
    if (address.range() === "unicast") return true;
    return allowed.some(
      ({ parsed, prefix }) => parsed.kind() === address.kind() && address.match(parsed, prefix),
    );
  };
}

/**
 * Makes connections of undici to where they may go. The addresses that are looked at are those that are connected to: a name that
 * means one thing when it is looked at and another one when it is used leads nowhere else. A name of which one address is not
 * allowed is not connected to at all.
 */
export function guardedConnector(
  options: buildConnector.BuildOptions,
  mayConnect: MayConnect,
): buildConnector.connector {
  const guarded: LookupFunction = (hostname, asked, callback) => {
    lookup(hostname, { ...asked, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) callback(error ?? notAllowed(), []);
      else if (addresses.some(({ address }) => !mayConnect(address))) callback(notAllowed(), []);
      else if (asked.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
  const connect = buildConnector({ ...options, lookup: guarded });
  return (target, callback) => {
    const host = target.hostname.replace(/^\[|\]$/g, "");
    // An address is not looked up.
    if (isIP(host) !== 0 && !mayConnect(host)) callback(notAllowed(), null);
    else connect(target, callback);
  };
}

function notAllowed(): NodeJS.ErrnoException {
  return Object.assign(new Error("the address may not be connected to"), { code: NOT_ALLOWED });
}
