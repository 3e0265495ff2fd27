import type { Capabilities } from "./capabilities.ts";
import { doubtsHere } from "./first-ask.ts";
import { type Attempt, acceptedAttempt, type MessageRecord } from "./record.ts";
import { isFollowed } from "./state.ts";

/** What can be asked about a message: how one that was taken fares, or, by our reference, whether one in doubt was taken. */
export type Question =
  | { readonly kind: "status"; readonly attempt: Attempt; readonly reference: number | undefined }
  | { readonly kind: "lookup"; readonly reference: number };

/** An account whose provider can be asked. */
export interface AskedAccount {
  readonly name: string;
  readonly lookup: Capabilities["lookup"];
}

/** What to ask this account's provider about a message; undefined when there is nothing to ask, or nothing to ask by. */
export function questionAbout(record: MessageRecord, { name, lookup }: AskedAccount): Question | undefined {
  // Our reference serves only where the provider can be asked by it.
  const reference = lookup === "byReference" ? record.references?.[name] : undefined;
  const attempt = acceptedAttempt(record);
  // What is learned after the horizon still corrects the "we do not know".
  if (isFollowed(record.state) || (record.state === "unknown" && attempt !== undefined)) {
    if (attempt?.account !== name) return undefined;
    const known = attempt.providerId ?? attempt.batchId ?? reference;
    return known === undefined ? undefined : { kind: "status", attempt, reference };
  }
  const inDoubtHere = record.state === "unconfirmed" && record.account === name && doubtsHere(record) > 0;
  return inDoubtHere && reference !== undefined ? { kind: "lookup", reference } : undefined;
}
