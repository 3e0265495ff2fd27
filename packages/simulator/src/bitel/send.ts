import type { ErrorCode } from "./answers.ts";
import type { SendCall } from "./routes.ts";

/** One text to one number, of a request that may hold many. */
export interface SendRequest {
  readonly phoneNumber: string;
  readonly text: string;
  /** The line it goes out by: the default one unless the request names another. */
  readonly gatewayNumber: string;
}

/** What the provider knows, against which it holds a request. */
export interface Rules {
  readonly phonePattern: RegExp;
  /** What a wrong number earns, which no document says: its code for the whole request, or being taken and ending in ERROR. */
  readonly wrongNumber: ErrorCode | "taken";
  /** The customer's lines; the first is the default. */
  readonly gateways: readonly string[];
  /** What a number named twice in a request gets, which no document says: a message each time, or the first only. */
  readonly duplicates: "each" | "first";
}

export type Reading =
  | { readonly kind: "messages"; readonly messages: readonly SendRequest[] }
  | { readonly kind: "refused"; readonly code: ErrorCode };

/** The limit that docs/providers/bitel.md §2 finds at the wrong field (I2). */
const LARGEST_BATCH = 100;

/**
 * Reads a send request and judges it whole: one fault refuses it for every recipient. Which code comes first when several fit
 * is not documented.
 */
export function readSend(call: SendCall, fields: Readonly<Record<string, unknown>>, rules: Rules): Reading {
  const pairs = readPairs(call, fields);
  const gatewayNumber = fields["gatewayNumber"] ?? rules.gateways[0];
  if (pairs === undefined || typeof gatewayNumber !== "string") return refused("InvalidRequest");
  const { wrongNumber, phonePattern } = rules;
  if (wrongNumber !== "taken" && !pairs.every(([phoneNumber]) => phonePattern.test(phoneNumber)))
    return refused(wrongNumber);
  if (!rules.gateways.includes(gatewayNumber)) return refused("InvalidGateway");
  const messages = pairs.map(([phoneNumber, text]) => ({ phoneNumber, text, gatewayNumber }));
  return { kind: "messages", messages: rules.duplicates === "each" ? messages : firstOfEach(messages) };
}

type Pair = readonly [phoneNumber: string, text: string];

function readPairs(call: SendCall, fields: Readonly<Record<string, unknown>>): readonly Pair[] | undefined {
  const { message, messages, phoneNumber, phoneNumbers } = fields;
  switch (call) {
    case "single":
      return isText(phoneNumber) && isText(message) ? [[phoneNumber, message]] : undefined;
    case "batch":
      if (!isList(phoneNumbers) || !isText(message)) return undefined;
      return phoneNumbers.map((number) => [number, message]);
    case "p2p":
      if (!isList(phoneNumbers) || !isList(messages) || messages.length !== phoneNumbers.length)
        return undefined;
      return phoneNumbers.map((number, index) => [number, messages[index] ?? ""]);
    default:
      return call satisfies never;
  }
}

function refused(code: ErrorCode): Reading {
  return { kind: "refused", code };
}

function firstOfEach(messages: readonly SendRequest[]): readonly SendRequest[] {
  const seen = new Set<string>();
  return messages.filter(({ phoneNumber }) => !seen.has(phoneNumber) && seen.add(phoneNumber));
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.length <= LARGEST_BATCH && value.every(isText);
}
