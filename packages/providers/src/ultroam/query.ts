import type { HttpResult } from "../exchange.ts";
import { unavailable } from "../http-evidence.ts";
import type { Box } from "./auth.ts";
import { whyUnauthorized } from "./challenge.ts";
import { PROCESSED } from "./codes.ts";
import type { UltroamAccount } from "./config.ts";
import {
  DeliveryRecord,
  type Fields,
  fieldsOf,
  ListReply,
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

/** Asks query_sms_deliver_status, by numbers as the box itself writes them (docs/providers/ultroam.md §6). */
export async function queryDeliveries(
  box: Box,
  account: UltroamAccount,
  numbers: readonly string[],
  signal: AbortSignal,
): Promise<readonly DeliveryRecord[]> {
  const list = readList(
    await box.post("/api/query_sms_deliver_status", { number: numbers }, signal),
    account,
  );
  if (list.kind === "unavailable") return [];
  return list.items.flatMap((item) => {
    const record = DeliveryRecord.safeParse(item);
    return record.success ? [record.data] : [];
  });
}

/** How many messages wait within the box (§7); `unknown` for firmware that does not tell. */
export async function queryQueue(
  box: Box,
  account: UltroamAccount,
  signal: AbortSignal,
): Promise<number | "unknown" | Nothing> {
  const result = await box.get("/api/query_sms_in_queue", signal);
  if (result.kind === "answer" && result.status === 404) return "unknown";
  const read = readFields(result, account);
  if ("kind" in read) return read;
  const reply = QueueReply.safeParse(read.fields);
  if (!reply.success) return nothing("queue_not_understood");
  const { error_code, in_queue } = reply.data;
  return error_code === PROCESSED ? in_queue : nothing(`queue_error_${error_code}`);
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
  return error_code === PROCESSED
    ? { kind: "list", items: items.map(fieldsOf) }
    : nothing(`error_${error_code}`);
}

function readFields(
  result: HttpResult,
  { auth }: UltroamAccount,
): { readonly fields: Fields | undefined } | Nothing {
  if (result.kind === "answer" && result.status === 401) return nothing(whyUnauthorized(result, auth));
  const missing = unavailable(result);
  if (missing?.kind === "unavailable") return missing;
  return { fields: result.kind === "answer" ? fieldsOf(parseJson(result.text)) : undefined };
}

export function nothing(reason: string): Nothing {
  return { kind: "unavailable", reason };
}
