import type { Settings } from "@hermod/core/config";
import type { Logger } from "./log.ts";

/** Says once, when a process starts, that what is private lies in Redis for everybody to read who may read there. */
export function warnWithoutKeys(log: Logger, { encryption }: Pick<Settings, "encryption">): void {
  if (encryption !== undefined) return;
  log.warn(
    "no encryption keys: numbers and texts lie in Redis in the clear; set encryption in the configuration",
  );
}
