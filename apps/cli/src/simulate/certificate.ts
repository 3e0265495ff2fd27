import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { LOCALHOST_CERTIFICATE, LOCALHOST_CERTIFICATE_FILE } from "@hermod/simulator/localhost-certificate";
import { UsageError } from "../usage-error.ts";
import type { SimulateArguments } from "./simulate-arguments.ts";

/** What a simulator proves itself with, and the file by which a client believes it. */
export interface Certificate {
  readonly tls: { readonly cert: string; readonly key: string };
  readonly caFile: string;
}

/** The certificate that the arguments ask for; none for plain HTTP. */
export function certificateOf({ tls, tlsCert, tlsKey }: SimulateArguments): Certificate | undefined {
  if (tlsCert !== undefined && tlsKey !== undefined)
    return { tls: { cert: contentOf(tlsCert), key: contentOf(tlsKey) }, caFile: resolve(tlsCert) };
  if (tlsCert !== undefined || tlsKey !== undefined)
    throw new UsageError("--tls-cert and --tls-key go together");
  return tls ? { tls: LOCALHOST_CERTIFICATE, caFile: LOCALHOST_CERTIFICATE_FILE } : undefined;
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`${path} cannot be read`, { cause: error });
  }
}
