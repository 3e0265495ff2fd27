import { isObject } from "../request.ts";
import { type Encoding, shown, substituted } from "./text.ts";

/** One recipient of a send request. */
export interface SendRequest {
  readonly number: string;
  /** After substitution, and as a handset shows it. */
  readonly text: string;
  /** Absent when the caller gave none. */
  readonly userId?: number;
  readonly encoding: Encoding;
  readonly requestsReport: boolean;
}

/** What the box holds a request against. */
export interface Rules {
  /** The document says digits; clients send a plus as well. */
  readonly numberPattern: RegExp;
  /** The documents name both, and no more than that (I1): 1500 bytes on one page, 670 characters on another. */
  readonly largestText: { readonly bytes: number; readonly characters: number };
  /** The document has no upper bound. */
  readonly largestUserId: number;
}

export type Reading =
  | {
      readonly kind: "messages";
      readonly messages: readonly SendRequest[];
      readonly ports: readonly number[] | undefined;
    }
  | { readonly kind: "refused"; readonly code: 400 | 413 };

/** The limits of docs/providers/ultroam.md §3. */
const LARGEST_BATCH = 128;
export const LONGEST_NUMBER = 24;
const LAST_PORT = 31;

/**
 * Reads a send request and judges it whole: the answer has no place for single recipients. Which code comes first when both fit
 * is not documented.
 */
export function readSend(fields: Readonly<Record<string, unknown>>, rules: Rules): Reading {
  const { text, param, port, encoding, request_status_report: requestsReport = true } = fields;
  if (typeof text !== "string" || text === "" || !Array.isArray(param) || param.length === 0)
    return refused(400);
  if (port !== undefined && !(Array.isArray(port) && port.every(isPort))) return refused(400);
  if (encoding !== undefined && typeof encoding !== "string") return refused(400);
  if (typeof requestsReport !== "boolean") return refused(400);
  if (param.length > LARGEST_BATCH || isTooLong(text, rules)) return refused(413);
  const common = { text, encoding: encoding === "gsm-7bit" ? encoding : "unicode", requestsReport } as const;
  const messages = param.map((recipient: unknown) => readRecipient(recipient, common, rules));
  if (!messages.every((message) => message !== undefined)) return refused(400);
  if (messages.some((message) => isTooLong(message.text, rules))) return refused(413);
  return { kind: "messages", messages, ports: port };
}

export function isPort(value: unknown): value is number {
  return isInteger(value) && value <= LAST_PORT;
}

/** An integer of zero or more. */
export function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function readRecipient(
  recipient: unknown,
  common: Pick<SendRequest, "text" | "encoding" | "requestsReport">,
  { numberPattern, largestUserId }: Rules,
): SendRequest | undefined {
  const { number, text_param: values = [], user_id: userId } = isObject(recipient) ? recipient : {};
  if (typeof number !== "string" || !numberPattern.test(number)) return undefined;
  if (Buffer.byteLength(number) > LONGEST_NUMBER || !isTextList(values)) return undefined;
  const text = shown(substituted(common.text, values), common.encoding);
  const message = { ...common, number, text };
  if (userId === undefined) return message;
  return isInteger(userId) && userId <= largestUserId ? { ...message, userId } : undefined;
}

function isTooLong(text: string, { largestText: { bytes, characters } }: Rules): boolean {
  return Buffer.byteLength(text) > bytes || text.length > characters;
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function refused(code: 400 | 413): Reading {
  return { kind: "refused", code };
}
