import type { HttpResult } from "../exchange.ts";
import { unavailable } from "../http-evidence.ts";
import { withoutSecrets } from "../plain-text.ts";
import type { Box } from "./auth.ts";
import { whyUnauthorized } from "./challenge.ts";
import { MALFORMED, PROCESSED, TAKEN } from "./codes.ts";
import type { UltroamAccount } from "./config.ts";
import { basicCredentials } from "./sessions.ts";
import {
  DeliveryRecord,
  type Fields,
  fieldsOf,
  ListReply,
  PortRecord,
  PortsReply,
  parseJson,
  QueueReply,
  ResultRecord,
} from "./wire.ts";

/** No evidence at all. */
export interface Nothing {
  readonly kind: "unavailable";
  readonly reason: string;
  readonly retryAfterMs?: number;
}

/** What the box has on some messages. `whole`: every record could be read, so that what is not here is not there. */
export interface Results {
  readonly kind: "results";
  readonly records: readonly ResultRecord[];
  readonly whole: boolean;
}

/** Asks query_sms_result for messages by our references (documents/ultroam-query-sms-result.txt). */
export async function queryResults(
  box: Box,
  account: UltroamAccount,
  references: readonly number[],
  signal: AbortSignal,
): Promise<Results | Nothing> {
  const list = readList(await box.post("/api/query_sms_result", { user_id: references }, signal), account);
  if (list.kind === "unavailable") return list;
  const records = list.items.flatMap((item) => {
    const record = ResultRecord.safeParse(item);
    return record.success ? [record.data] : [];
  });
  return { kind: "results", records, whole: records.length === list.items.length };
}

/** Which delivery reports are asked for: numbers as the box itself writes them, and times by its own clock. */
export interface DeliveryFilter {
  readonly number: readonly string[];
  readonly time_after?: string;
  readonly time_before?: string;
}

/** Asks query_sms_deliver_status (docs/providers/ultroam.md §6). */
export async function queryDeliveries(
  box: Box,
  account: UltroamAccount,
  filter: DeliveryFilter,
  signal: AbortSignal,
): Promise<readonly DeliveryRecord[]> {
  const list = readList(await box.post("/api/query_sms_deliver_status", filter, signal), account);
  if (list.kind === "unavailable") return [];
  return list.items.flatMap((item) => {
    const record = DeliveryRecord.safeParse(item);
    return record.success ? [record.data] : [];
  });
}

/** The call that tells the length of the queue: firmware has one of them, or none (§7). */
const QUEUE_CALLS = ["/api/query_sms_in_queue", "/api/query_sms_queue"];

/** How many messages wait within the box (§7); `unknown` for firmware that does not tell. */
export async function queryQueue(
  box: Box,
  account: UltroamAccount,
  signal: AbortSignal,
): Promise<number | "unknown" | Nothing> {
  for (const call of QUEUE_CALLS) {
    const result = await box.get(call, signal);
    if (isMissing(result)) continue;
    const read = readFields(result, account);
    if ("kind" in read) return read;
    const reply = QueueReply.safeParse(read.fields);
    if (!reply.success) return nothing("queue_not_understood");
    const { error_code, in_queue } = reply.data;
    return error_code === PROCESSED ? in_queue : nothing(`queue_error_${error_code}`);
  }
  return "unknown";
}

/** The ports of the box (§7); `unknown` for firmware that does not tell. */
export async function queryPorts(
  box: Box,
  account: UltroamAccount,
  signal: AbortSignal,
): Promise<readonly PortRecord[] | "unknown" | Nothing> {
  const result = await box.get("/api/get_port_info?info_type=reg", signal);
  if (isMissing(result)) return "unknown";
  const read = readFields(result, account);
  if ("kind" in read) return read;
  const reply = PortsReply.safeParse(read.fields);
  if (!reply.success) return nothing("ports_not_understood");
  const { error_code, ...rest } = reply.data;
  // That some firmware wants to be asked for single ports is no error of ours that anybody could mend.
  if (error_code === MALFORMED) return "unknown";
  if (error_code !== PROCESSED) return nothing(`ports_error_${error_code}`);
  // Under which name the list stands is not documented.
  return Object.values(rest)
    .flat()
    .flatMap((item) => PortRecord.safeParse(fieldsOf(item)).data ?? []);
}

function isMissing(result: HttpResult): boolean {
  return result.kind === "answer" && result.status === 404;
}

interface List {
  readonly kind: "list";
  /** undefined for what is no object. */
  readonly items: readonly (Fields | undefined)[];
}

function readList(result: HttpResult, account: UltroamAccount): List | Nothing {
  const read = readFields(result, account);
  if ("kind" in read) return read;
  const reply = ListReply.safeParse(read.fields);
  if (!reply.success) return nothing("not_understood");
  const { error_code, result: items } = reply.data;
  // Ultiroam's pages mix up 200 and 202 (§3.1): records count with either, but that there are none is said with 200 alone.
  const isProcessed = error_code === PROCESSED || (error_code === TAKEN && items.length > 0);
  if (!isProcessed) return nothing(`error_${error_code}`);
  const secrets = [account.password.reveal(), basicCredentials(account)];
  return {
    kind: "list",
    items: items.map((item) => {
      const fields = fieldsOf(item);
      return fields === undefined ? undefined : withoutSecrets(fields, secrets);
    }),
  };
}

function readFields(
  result: HttpResult,
  { auth }: UltroamAccount,
): { readonly fields: Fields | undefined } | Nothing {
  if (result.kind === "answer" && result.status === 401) return nothing(whyUnauthorized(result, auth));
  const missing = unavailable(result);
  if (missing !== undefined) return missing;
  return { fields: result.kind === "answer" ? fieldsOf(parseJson(result.text)) : undefined };
}

export function nothing(reason: string): Nothing {
  return { kind: "unavailable", reason };
}
