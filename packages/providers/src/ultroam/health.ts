import type { Health } from "../provider.ts";
import type { Box } from "./auth.ts";
import type { UltroamAccount } from "./config.ts";
import { type Nothing, queryPorts, queryQueue } from "./query.ts";

/** The word of a port whose SIM card is in the network (docs/providers/ultroam.md §7). */
const REGISTERED = "REGISTER_OK";

/** What of the reasons for no answer is a fault of the account: HTTP 401 and 403 (§3.1). */
const FAULTS: ReadonlySet<string> = new Set(["credentials", "challenge", "http_403"]);

/**
 * Asks the box about its ports and its queue, which changes nothing there (§7). Firmware has both calls, one or none; one of them
 * is enough to see that the box lets us in.
 */
export async function askHealth(box: Box, account: UltroamAccount, signal: AbortSignal): Promise<Health> {
  const ports = await queryPorts(box, account, signal);
  if (typeof ports === "object" && "kind" in ports) return healthOf(ports);
  const waiting = await queryQueue(box, account, signal);
  if (ports === "unknown" && typeof waiting !== "number") return healthOf(waiting);
  const own =
    ports === "unknown" ? [] : ports.filter(({ port = 0 }) => account.ports?.includes(port) ?? true);
  const registered = own.filter(({ reg }) => reg.toUpperCase() === REGISTERED);
  if (own.length > 0 && registered.length === 0) return { kind: "unavailable", reason: "no_port_registered" };
  return {
    kind: "reachable",
    facts: {
      ...(own.length === 0 ? {} : { ports: `${own.length}`, registered: `${registered.length}` }),
      ...(typeof waiting === "number" ? { waiting: `${waiting}` } : {}),
    },
  };
}

function healthOf(nothing: Nothing | "unknown"): Health {
  if (nothing === "unknown") return { kind: "unavailable", reason: "api_unavailable" };
  return FAULTS.has(nothing.reason) ? { kind: "credentials", reason: nothing.reason } : nothing;
}
