import { type Answer, jsonAnswer } from "../answer.ts";
import type { Report, Standing, UltroamMessage } from "./message.ts";
import { imsiOf } from "./ports.ts";

/** Every code of docs/providers/ultroam.md §3.1 and §5 that refuses. */
export const REFUSAL_CODES = [400, 413, 500, 550] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** Where the documents are silent or contradict themselves, and nobody can say what a unit does. */
export interface Quirks {
  /** The code of a send that is taken: the documented 202 when absent; clients have seen 200. */
  readonly acceptedCode?: 200 | 202;
  /** The HTTP status is the error_code as well; 200 when absent. */
  readonly httpStatus?: "error_code";
  /** A query that finds nothing has no `result`; an empty one when absent. */
  readonly nothingFound?: "no result";
  /** The `user_id` of a record as text. */
  readonly userIdText?: boolean;
  /** The `user_id` of a message that was sent without; left out when absent. */
  readonly noUserId?: "zero" | "null";
  /** Records of a query with the irregularities that the documents print (G3): `Imsi`, a date broken over a line. */
  readonly misprinted?: boolean;
}

/** What every answer is made with. */
export interface Manner {
  /** The serial number of the box. */
  readonly sn: string;
  readonly quirks: Quirks;
}

export function boxAnswer(code: number, fields: object, { sn, quirks }: Manner): Answer {
  const status = quirks.httpStatus === "error_code" ? code : 200;
  return jsonAnswer({ error_code: code, sn, ...fields }, status);
}

export function acceptedAnswer(taskId: number, inQueue: number, manner: Manner): Answer {
  const { acceptedCode = 202 } = manner.quirks;
  return boxAnswer(acceptedCode, { sms_in_queue: inQueue, task_id: taskId }, manner);
}

export function recordsAnswer(records: readonly object[], manner: Manner): Answer {
  if (records.length === 0 && manner.quirks.nothingFound === "no result") return boxAnswer(200, {}, manner);
  if (manner.quirks.misprinted !== true) return boxAnswer(200, { result: records }, manner);
  const text = JSON.stringify(records).replaceAll('"imsi"', '"Imsi"').replaceAll(DATE, "$1\\n$2");
  return boxAnswer(200, { result: JSON.parse(text) }, manner);
}

/** `YYYY-MM-DD HH:MM:SS` in a record, which holds no other text of that form. */
const DATE = /("time":"[\d-]+) ([\d:]+")/g;

/** A record of the result query, in the order of the document's example. `time` is box time. */
export function resultItem(
  message: UltroamMessage,
  { status, succCount }: Standing,
  time: string,
  quirks: Quirks,
): object {
  const { port, number, count, refId } = message;
  return {
    port,
    ...userIdField(message, quirks),
    number,
    time,
    status,
    count,
    succ_count: succCount,
    ref_id: refId,
    imsi: imsiOf(port),
  };
}

function userIdField({ userId }: UltroamMessage, { userIdText, noUserId }: Quirks): object {
  if (userId !== undefined) return { user_id: userIdText === true ? String(userId) : userId };
  if (noUserId === undefined) return {};
  return { user_id: noUserId === "null" ? null : 0 };
}

/** A record of the delivery status query. `time` is box time. */
export function reportItem(
  { port, number }: UltroamMessage,
  { refId, statusCode }: Report,
  time: string,
): object {
  return { port, number, time, ref_id: refId, status_code: statusCode, imsi: imsiOf(port) };
}
