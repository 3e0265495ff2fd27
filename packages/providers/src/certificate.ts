import { once } from "node:events";
import { isIP } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import type { AccountBase } from "@hermod/core/config";
import { trustOf } from "./trust.ts";

/** What an account's server shows when TLS begins. */
export type Certificate =
  /** The base address is plain HTTP. */
  | { readonly kind: "none" }
  /** Epoch milliseconds, the version of TLS, and the names of who it is for and who signed it. */
  | {
      readonly kind: "trusted";
      readonly protocol: string;
      readonly subject: string;
      readonly issuer: string;
      readonly validUntil: number;
    }
  /** `reason` is the code of Node.js, for example `CERT_HAS_EXPIRED` or `ECONNREFUSED`. */
  | { readonly kind: "refused"; readonly reason: string };

/** Begins TLS with an account's server as a request would, and ends it: nothing is asked. */
export async function lookAtCertificate(
  account: Pick<AccountBase, "baseUrl" | "caFile" | "timeoutMs">,
): Promise<Certificate> {
  const { protocol, hostname, port } = new URL(account.baseUrl);
  if (protocol === "http:") return { kind: "none" };
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const socket = connect({
    host,
    port: Number(port || 443),
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(account.caFile === undefined ? {} : trustOf(account.caFile)),
    rejectUnauthorized: true,
  });
  try {
    await once(socket, "secureConnect", { signal: AbortSignal.timeout(account.timeoutMs) });
    return shownBy(socket);
  } catch (error) {
    return { kind: "refused", reason: reasonOf(error as NodeJS.ErrnoException) };
  } finally {
    socket.destroy();
  }
}

function shownBy(socket: TLSSocket): Certificate {
  const { subject, issuer, valid_to } = socket.getPeerCertificate();
  return {
    kind: "trusted",
    protocol: socket.getProtocol() ?? "unknown",
    subject: nameOf(subject),
    issuer: nameOf(issuer),
    validUntil: Date.parse(valid_to),
  };
}

/** A certificate may name itself more than once. */
function nameOf({ CN, O }: { readonly CN?: string | string[]; readonly O?: string | string[] }): string {
  return [CN ?? O ?? "unnamed"].flat().join(", ");
}

function reasonOf({ name, code }: NodeJS.ErrnoException): string {
  return name === "AbortError" ? "timeout" : (code ?? "unknown");
}
