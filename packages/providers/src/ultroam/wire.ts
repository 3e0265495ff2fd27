import { z } from "zod";
import { PlainText } from "../plain-text.ts";

/** The fields of an object, under names in small letters without blanks. */
export type Fields = Readonly<Record<string, unknown>>;

/** A number, or its digits: what is documented as one is met as the other (docs/providers/ultroam.md §8, G3). */
function whole(most: number) {
  const number = z.int().min(0).max(most);
  const digits = z
    .string()
    .trim()
    .regex(/^\d{1,10}$/)
    .transform(Number)
    .pipe(number);
  return z.union([number, digits]);
}

/** The largest number that we trust a box to keep (§4); our references and its counters lie below. */
export const LARGEST = 2_147_483_647;

const Code = whole(999);

/** An answer to send_sms (§3.1). Short enough, its numbers cannot be a phone number. */
export const SendReply = z.object({
  error_code: Code,
  task_id: whole(99_999_999).optional().catch(undefined),
  sms_in_queue: whole(LARGEST).optional().catch(undefined),
});
export type SendReply = z.infer<typeof SendReply>;

/** An answer to query_sms_result or query_sms_deliver_status (§5, §6); whether an empty list is printed is not documented. */
export const ListReply = z.object({ error_code: Code, result: z.array(z.unknown()).default([]) });

/** An answer to query_sms_in_queue (§7). */
export const QueueReply = z.object({ error_code: Code, in_queue: whole(LARGEST) });

/** An answer to get_port_info (§7). */
export const PortsReply = z.looseObject({ error_code: Code });

const PhoneNumber = z.union([z.string(), z.int().min(0)]).transform((number) => String(number).trim());

/** `YYYY-MM-DD HH:MM:SS` by the box's own clock and zone, as if it were UTC; its blank may be missing (G3). */
const Time = z
  .string()
  .trim()
  .regex(/^\d{4}-\d\d-\d\d\s*\d\d:\d\d:\d\d$/)
  .transform((time) => Date.parse(`${time.slice(0, 10)}T${time.slice(-8)}Z`))
  .pipe(z.number());

/** The text of such a time. */
export function boxTime(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace("T", " ");
}

/** A port, as get_port_info tells of it when it is asked for its registration (§7). */
export const PortRecord = z.object({ port: whole(31).optional().catch(undefined), reg: PlainText });
export type PortRecord = z.infer<typeof PortRecord>;

/** A record of query_sms_result or of the push `sms_result` (documents/ultroam-query-sms-result.txt). */
export const ResultRecord = z.object({
  /** Absent, null or 0 where the message was not sent with a reference of ours; anything else is no record to read. */
  user_id: whole(LARGEST).nullish(),
  number: PhoneNumber.optional().catch(undefined),
  time: Time.optional().catch(undefined),
  status: PlainText.optional().catch(undefined),
  count: whole(999).optional().catch(undefined),
  succ_count: whole(999).optional().catch(undefined),
  port: whole(31).optional().catch(undefined),
  ref_id: whole(255).optional().catch(undefined),
});
export type ResultRecord = z.infer<typeof ResultRecord>;

/** A record of query_sms_deliver_status (§6); without all of these it names no message. */
export const DeliveryRecord = z.object({
  number: PhoneNumber,
  time: Time.optional().catch(undefined),
  port: whole(31),
  ref_id: whole(255),
  status_code: whole(255),
});
export type DeliveryRecord = z.infer<typeof DeliveryRecord>;

/**
 * Parses JSON; undefined where the text is none. The documents print line breaks within texts (G3): a blank means the
 * same there and everywhere else.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/[\r\n\t]/g, " "));
  } catch {
    return undefined;
  }
}

/**
 * The fresh fields of a JSON object; undefined where the value is none. The documents print `"ref_i d"`, and both `Imsi`
 * and `imsi` (G3). Two names that become one are no object to trust.
 */
export function fieldsOf(value: unknown): Fields | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  const fields = new Map(entries.map(([name, field]) => [name.replace(/\s/g, "").toLowerCase(), field]));
  return fields.size === entries.length ? Object.fromEntries(fields) : undefined;
}
