import { createHmac } from "node:crypto";
import type { AnnouncedEncryption, Announcement } from "@hermod/core/announcement";
import type { Capabilities } from "@hermod/core/capabilities";
import { type AccountBase, checkOf, type Encryption, type Settings } from "@hermod/core/config";

/** What is told about an account as it is configured. */
export function announcementOf(
  account: AccountBase & { readonly provider: string },
  capabilities: Capabilities,
  settings: Settings,
): Announcement {
  const { provider, sendPerSecond, rateUnit } = account;
  const { retention, encryption } = settings;
  const { maxMs } = checkOf(settings, account);
  return {
    v: 1,
    provider,
    capabilities,
    sendPerSecond,
    rateUnit,
    check: { maxMs },
    retention,
    encryption: announcedEncryption(encryption),
  };
}

/** What is told about encryption: also that there is none. */
export function announcedEncryption(encryption: Encryption | undefined): AnnouncedEncryption {
  if (encryption === undefined) return { keys: {} };
  const { keys, active } = encryption;
  return {
    active,
    keys: Object.fromEntries(Object.entries(keys).map(([id, key]) => [id, checkValueOf(key)])),
  };
}

/** Eight bytes tell any two keys apart, and are no help against one of 256 bits. */
function checkValueOf(base64: string): string {
  return createHmac("sha256", Buffer.from(base64, "base64"))
    .update("hermod key check")
    .digest()
    .subarray(0, 8)
    .toString("base64url");
}
