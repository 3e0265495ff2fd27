import { chunks } from "../chunks.ts";
import type { OutgoingMessage } from "../provider.ts";
import { type BitelAccount, versionOf } from "./config.ts";

/** A message in Bitel's words. */
export interface Sendable {
  readonly message: OutgoingMessage;
  /** `09…` */
  readonly number: string;
  readonly text: string;
}

/** The headers of every request (docs/providers/bitel.md §1). */
export function authorization({ token }: BitelAccount): Record<string, string> {
  return { authorization: `Bearer ${token.reveal()}` };
}

/** The requests that some messages need: each as full as it may be, and none with the same number twice (§4). */
export function grouped(messages: readonly Sendable[], size: number): Sendable[][] {
  const seen = new Map<string, number>();
  const rounds = Map.groupBy(messages, ({ number }) => {
    const round = seen.get(number) ?? 0;
    seen.set(number, round + 1);
    return round;
  });
  return [...rounds.values()].flatMap((round) => chunks(round, size));
}

/** Path and body for one message, for one text to many, or for a text each (docs/providers/bitel.md §2). */
export function requestFor(
  group: readonly Sendable[],
  account: BitelAccount,
): { path: string; body: string } {
  const { gatewayNumber } = account;
  const phoneNumbers = group.map(({ number }) => number);
  const messages = group.map(({ text }) => text);
  const [message] = messages;
  const line = gatewayNumber === undefined ? {} : { gatewayNumber };
  if (group.length === 1)
    return { path: "/sms/single", body: JSON.stringify({ message, phoneNumber: phoneNumbers[0], ...line }) };
  if (messages.every((text) => text === message))
    return { path: "/sms/batch", body: JSON.stringify({ message, phoneNumbers, ...line }) };
  const path = versionOf(account) === "v1" ? "/sms/p2p" : "/sms/batch/p2p";
  return { path, body: JSON.stringify({ messages, phoneNumbers, ...line }) };
}
