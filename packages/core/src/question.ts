import type { Capabilities } from "./capabilities.ts";
import { type Attempt, askedAttempt, type MessageRecord } from "./record.ts";
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
  const { state } = record;
  // Our reference serves only where the provider can be asked by it.
  const reference = lookup === "byReference" ? record.references?.[name] : undefined;
  const attempt = askedAttempt(record);
  if (attempt === undefined) {
    const mayHaveIt = record.account === name && mayBeHere(record);
    return mayHaveIt && reference !== undefined ? { kind: "lookup", reference } : undefined;
  }
  // What is learned after the horizon still corrects the "we do not know".
  if (attempt.account !== name || !(isFollowed(state) || state === "unknown")) return undefined;
  const known = attempt.providerId ?? attempt.batchId ?? reference;
  return known === undefined ? undefined : { kind: "status", attempt, reference };
}

/** Tells of a message of which no attempt is known to be accepted whether the account in use may have it all the same. */
function mayBeHere(record: MessageRecord): boolean {
  if (record.state === "unconfirmed") return doubtsHere(record) > 0;
  // A report came before the answer to its request did, and that may never come.
  return isFollowed(record.state) && record.attempts.some(({ account }) => account === record.account);
}

/** How many attempts at the account in use are in doubt. */
export function doubtsHere({ attempts, account }: MessageRecord): number {
  return attempts.filter((attempt) => attempt.account === account && attempt.verdict === "maybeSent").length;
}
