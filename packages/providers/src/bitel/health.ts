import type { Http } from "../http.ts";
import { unavailable } from "../http-evidence.ts";
import type { Health } from "../provider.ts";
import { type BitelAccount, versionOf } from "./config.ts";
import { authorization } from "./request.ts";
import { fieldsOf, parseJson } from "./wire.ts";

/** The form of an id that nobody was given. */
const NO_ID = "0".repeat(32);

/** Which of an account's own words for error codes are a state of the account (`errorCodes`). */
const FAULTS = ["credentials", "locked", "balance", "address"] as const;

/**
 * Asks for a message that does not exist. There is no call that tells of the account itself, and what an unknown id is answered
 * with is not documented: any envelope shows that the token was taken (docs/providers/bitel.md §1, §4).
 */
export async function askHealth(http: Http, account: BitelAccount, signal: AbortSignal): Promise<Health> {
  const path = `${versionOf(account) === "v1" ? "/sms/detail/single" : "/sms/status"}/${NO_ID}`;
  const result = await http.request({ method: "GET", path, headers: authorization(account) }, signal);
  const why = unavailable(result);
  if (result.kind === "failed") return { kind: "unavailable", reason: result.detail };
  if (result.status === 401) return { kind: "credentials", reason: "credentials" };
  if (result.status === 403) return { kind: "credentials", reason: "forbidden" };
  const fields = fieldsOf(parseJson(result.text));
  const fault = faultOf(fields?.["error"], account);
  if (fault !== undefined) return { kind: fault, reason: fault };
  if (why !== undefined && (result.status === 429 || result.status >= 500)) return why;
  if (fields !== undefined && ("error" in fields || "result" in fields)) return { kind: "reachable" };
  return why ?? { kind: "unavailable", reason: "not_understood" };
}

function faultOf(error: unknown, { errorCodes }: BitelAccount): (typeof FAULTS)[number] | undefined {
  const refusal = typeof error === "string" ? errorCodes[error] : undefined;
  return refusal?.scope === "account" ? FAULTS.find((fault) => fault === refusal.code) : undefined;
}
