import { z } from "zod";
import { PlainText } from "../plain-text.ts";
import { type EtelecomAccount, STATUS } from "./config.ts";

/** The fields of an answer, under trimmed names in small letters. */
export type Fields = Readonly<Record<string, unknown>>;

/** eTelecom's id of a message: opaque, but one word; anything else is no id. */
export const ProviderId = z
  .union([z.string(), z.int()])
  .transform((id) => String(id).trim())
  .pipe(z.string().regex(/^[\w.:~+/=-]{1,200}$/))
  .optional()
  .catch(undefined);

/** An answer to SendMessage. `status` is documented as a string and met as a number; -4, -5 and more are possible. */
export const SendReply = z.object({
  status: z
    .union([z.string(), z.int()])
    .transform((status) => String(status).trim())
    .pipe(z.string().regex(STATUS)),
  code: z.string().catch(""),
  idomnimess: ProviderId,
});

/** A value that we keep. */
const Plain = z
  .union([z.string(), z.number(), z.boolean()])
  .transform(String)
  .pipe(PlainText)
  .optional()
  .catch(undefined);

/** An answer to GetStatusOmni, as far as it is read: not the number, not the parameters. */
export const StatusReply = z.object({
  status: Plain,
  idomnimess: z.string().trim().optional().catch(undefined),
  channel: Plain,
  errorcode: Plain,
  telcoid: Plain,
  duration: Plain,
  ischarged: Plain,
  mtcount: z
    .union([
      z
        .string()
        .trim()
        .regex(/^\d{1,4}$/),
      z.int().min(0).max(9999),
    ])
    .transform(Number)
    .optional()
    .catch(undefined),
});
export type StatusReply = z.infer<typeof StatusReply>;

/** The body of every request: eTelecom takes its credentials there and nowhere else. */
export function requestBody(account: EtelecomAccount, fields: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ username: account.username, password: account.password.reveal(), ...fields });
}

/**
 * The fresh fields of a JSON object; undefined where the value is none. Names are trimmed and lowered (R2: the documents
 * print `" idOmniMess "`). Two names that become one are no answer to trust.
 */
export function fieldsOf(value: unknown): Fields | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const fields = new Map(Object.entries(value).map(([name, field]) => [name.trim().toLowerCase(), field]));
  return fields.size === Object.keys(value).length ? Object.fromEntries(fields) : undefined;
}

/** Whether there is a word of status at all: what an unknown id is answered with is not documented. */
export function hasStatus({ status }: Fields): boolean {
  return typeof status === "number" || (typeof status === "string" && status.trim() !== "");
}
