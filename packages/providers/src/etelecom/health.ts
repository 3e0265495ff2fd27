import type { Http } from "../http.ts";
import { unavailable } from "../http-evidence.ts";
import type { Health } from "../provider.ts";
import type { EtelecomAccount } from "./config.ts";
import { readStatus } from "./read-status.ts";
import { unauthorizedCode } from "./send.ts";
import { requestBody } from "./wire.ts";

/** The form of an id that nobody was given. */
const NO_ID = `ICOMNI-${"0".repeat(23)}`;

/**
 * Asks for the status of a message that does not exist. No call tells of the account itself, and what an unknown id is answered
 * with is not documented: any JSON object or nothing at all shows that login and address were taken
 * (docs/providers/etelecom.md §6). That messages have run out is told to a send alone.
 */
export async function askHealth(http: Http, account: EtelecomAccount, signal: AbortSignal): Promise<Health> {
  const result = await http.request(
    {
      method: "POST",
      path: "/api/OmniReport/GetStatusOmni",
      headers: { "content-type": "application/json" },
      body: requestBody(account, { idOmniMess: NO_ID }),
    },
    signal,
  );
  const why = unavailable(result);
  if (result.kind === "failed") return { kind: "unavailable", reason: result.detail };
  const { status, text } = result;
  if (status === 401) {
    const reason = unauthorizedCode(text);
    return { kind: reason === "address" ? "address" : "credentials", reason };
  }
  const isRead = readStatus(text) !== undefined;
  // An id that is not found may be told by the HTTP status, if the body is in the words of the API.
  if (why !== undefined && !(isRead && [400, 404].includes(status))) return why;
  const isEmpty = /^\s*(?:null\s*)?$/.test(text);
  return isRead || isEmpty ? { kind: "reachable" } : { kind: "unavailable", reason: "not_understood" };
}
