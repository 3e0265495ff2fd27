import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { checkServerIdentity, type PeerCertificate } from "node:tls";

/** What of TLS depends on whom an account trusts. */
interface Trust {
  readonly ca: string;
  readonly allowPartialTrustChain: true;
  checkServerIdentity(host: string, shown: PeerCertificate): Error | undefined;
}

/**
 * Trusts the certificates of a file instead of the system's. A server that shows one of them itself is the one that is meant,
 * whatever name stands in it: a box in an own network is called by an address that its certificate does not know. Any other
 * certificate must be issued by one of them, and for the host. Throws if the file cannot be read or holds none.
 */
export function trustOf(caFile: string): Trust {
  const ca = readFileSync(caFile, "utf8");
  const blocks = ca.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new Error(`${caFile} holds no certificate`);
  const pinned = new Set(blocks.map((block) => new X509Certificate(block).fingerprint512));
  return {
    ca,
    // The certificate of a box may be issued by somebody who is not in the file.
    allowPartialTrustChain: true,
    checkServerIdentity: (host, shown) =>
      pinned.has(shown.fingerprint512) ? undefined : checkServerIdentity(host, shown),
  };
}
