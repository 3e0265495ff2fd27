import { z } from "zod";
import { sizeOfText } from "./measure-text.ts";
import type { Content } from "./message.ts";
import type { TextLimits } from "./text-limits.ts";

/** What an account's limit counts: messages, whatever their length, or the SMS that they are divided into. */
export const RateUnit = z.enum(["message", "segment"]);
export type RateUnit = z.infer<typeof RateUnit>;

/**
 * What a message counts for in its account's limit. A text counts as it is divided at that provider; whatever is not known to be more
 * than one segment is one.
 */
export function unitsOf(
  content: Content | undefined,
  unit: RateUnit,
  limits: TextLimits | undefined,
): number {
  if (unit === "message" || content?.text === undefined || limits === undefined) return 1;
  return sizeOfText(content.text, limits)?.segments ?? 1;
}

/**
 * Divides messages into requests of at most `most`, in their order, each of which counts for no more than `mostUnits` unless one
 * message alone does.
 */
export function inRequests<Message>(
  messages: readonly Message[],
  { most, mostUnits }: { readonly most: number; readonly mostUnits: number },
  unitsOf: (message: Message) => number,
): { readonly messages: Message[]; readonly units: number }[] {
  const requests: { messages: Message[]; units: number }[] = [];
  for (const message of messages) {
    const units = unitsOf(message);
    const last = requests.at(-1);
    if (last !== undefined && last.messages.length < most && last.units + units <= mostUnits) {
      last.messages.push(message);
      last.units += units;
    } else requests.push({ messages: [message], units });
  }
  return requests;
}
