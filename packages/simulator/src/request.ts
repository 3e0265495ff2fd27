import type { IncomingHttpHeaders } from "node:http";

/** What a provider's endpoints do, in words that all providers share. */
export const OPERATIONS = ["send", "status", "balance"] as const;
export type Operation = (typeof OPERATIONS)[number];

/** A request as it came in, whole. */
export interface ReceivedRequest {
  readonly operation: Operation;
  /** 1 for the first request of this operation. */
  readonly order: number;
  /** When its head arrived, epoch ms. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** The path with its query, as it was sent. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly remoteAddress: string;
  /** The parsed JSON, or the text itself when it is none. */
  readonly body: unknown;
  /** The fields of a body that is a JSON object, else none. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Reads a body as JSON where it can. */
export function readBody(text: string): Pick<ReceivedRequest, "body" | "fields"> {
  try {
    const body: unknown = JSON.parse(text);
    return { body, fields: isObject(body) ? body : {} };
  } catch {
    return { body: text, fields: {} };
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
