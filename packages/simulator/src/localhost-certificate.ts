import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Where the certificate below lies, for a `caFile`. */
export const LOCALHOST_CERTIFICATE_FILE = fileURLToPath(new URL("localhost-cert.pem", import.meta.url));

/**
 * A certificate that nobody signed but itself, as a gateway has one (docs/providers/ultroam.md §1), for 127.0.0.1 and
 * localhost. Its key is public: it protects nothing.
 */
export const LOCALHOST_CERTIFICATE = {
  cert: readFileSync(LOCALHOST_CERTIFICATE_FILE, "utf8"),
  key: readFileSync(new URL("localhost-key.pem", import.meta.url), "utf8"),
} as const;
