import { type Answer, jsonAnswer } from "../answer.ts";
import { type BitelMessage, statusAt } from "./message.ts";
import type { ApiVersion } from "./routes.ts";

/** Every code that docs/providers/bitel.md §2 names; the page that would list the others could not be had. */
export const ERROR_CODES = ["InvalidRequest", "InvalidGateway", "InvalidPhoneNumber"] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Where the documents contradict themselves or are silent, and nobody can say what the real service does. */
export interface Quirks {
  /** Numbers in answers as they were sent (when absent), or as the document prints them, `0912*******`. */
  readonly phones?: "plain" | "masked";
  /** The items of a batch as they were sent (when absent), backwards, or in another order every time. */
  readonly order?: "sent" | "reversed" | "shuffled";
  /**
   * The keys of a detail, where example and table disagree (I3, I4): those of the example with the status of the table
   * (when absent), exactly the example, which has no status at all, or exactly the table.
   */
  readonly detail?: "joined" | "example" | "table";
  /** The answer to a v1 single with the comma that makes it no JSON, as printed (I2b). */
  readonly trailingComma?: boolean;
}

/** The envelope of a refusal. Its HTTP status is only documented as one of 4xx. */
export function errorAnswer(error: string, status = 400): Answer {
  return jsonAnswer({ result: null, error }, status);
}

/** Of the 401 only the number is documented. */
export const UNAUTHORIZED = errorAnswer("Unauthorized", 401);

export function resultAnswer(result: unknown): Answer {
  return jsonAnswer({ result, error: null });
}

/** The answer of v1 to a single send. */
export function requestIdAnswer(requestId: string, { trailingComma }: Quirks): Answer {
  if (trailingComma === true) return jsonAnswer(`{"result":{"requestId":"${requestId}",},"error":null}`);
  return resultAnswer({ requestId });
}

/** A message as the send calls of v2 answer it. */
export function sentItem(message: BitelMessage, quirks: Quirks): object {
  return {
    id: message.id,
    gatewayNumber: message.gatewayNumber,
    phoneNumber: phone(message, quirks),
    message: message.text,
    requestDate: epochSeconds(message),
    status: 0,
    statusText: "Waiting",
    partCount: message.parts,
    price: 0,
  };
}

/** A message as the detail calls show it at this time. */
export function detailItem(message: BitelMessage, now: number, version: ApiVersion, quirks: Quirks): object {
  const { detail = "joined" } = quirks;
  const { id, text, parts: smsCount, cost } = message;
  const about = { phoneNumber: phone(message, quirks), requestDate: epochSeconds(message) };
  const { word, code } = statusAt(message, now);
  // v2's price is printed negative, and is 0.0 while the message waits.
  const rest =
    version === "v1"
      ? { deliveryStatus: word, deliveryStatusCode: code, smsCount, balanceSubtracted: cost }
      : { status: word, statusCode: code, smsCount, price: word === "WAITING" ? 0 : -cost };
  const example = { id, message: text, ...about, result: "ok" };
  switch (detail) {
    case "joined":
      return { ...example, ...rest };
    case "example":
      return { ...example, smsCount, balanceSubtracted: cost };
    case "table":
      return { Id: id, text, ...about, ...rest };
    default:
      return detail satisfies never;
  }
}

export function epochSeconds({ at }: BitelMessage): number {
  return Math.floor(at / 1000);
}

function phone({ phoneNumber }: BitelMessage, { phones }: Quirks): string {
  return phones === "masked"
    ? phoneNumber.slice(0, 4) + "*".repeat(Math.max(phoneNumber.length - 4, 0))
    : phoneNumber;
}
