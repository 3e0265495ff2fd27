import { doubtsHere } from "@hermod/core/first-ask";
import { acceptedAttempt, type MessageRecord } from "@hermod/core/record";
import { isFollowed } from "@hermod/core/state";
import type { FollowedMessage, SoughtMessage } from "@hermod/providers/provider";
import type { AccountContext } from "./account-context.ts";

/** What a provider is asked about one message: how a message that it took fares, or whether it took one in doubt. */
export type Question =
  | { readonly kind: "status"; readonly record: MessageRecord; readonly message: FollowedMessage }
  | { readonly kind: "lookup"; readonly record: MessageRecord; readonly message: SoughtMessage };

type AskedAccount = Pick<AccountContext, "name" | "capabilities">;

/** What to ask this account's provider about a message; undefined when there is nothing to ask, or nothing to ask by. */
export function questionOf(record: MessageRecord, account: AskedAccount): Question | undefined {
  const { state } = record;
  // What is learned after the horizon still corrects the "we do not know".
  if (isFollowed(state) || (state === "unknown" && acceptedAttempt(record) !== undefined)) {
    const message = followedMessage(record, account);
    return message && { kind: "status", record, message };
  }
  const message = state === "unconfirmed" ? soughtMessage(record, account) : undefined;
  return message && { kind: "lookup", record, message };
}

/** Our reference serves only where the provider can be asked by it. */
function referenceOf(
  { references }: MessageRecord,
  { name, capabilities }: AskedAccount,
): number | undefined {
  return capabilities.lookup === "byReference" ? references?.[name] : undefined;
}

function followedMessage(record: MessageRecord, account: AskedAccount): FollowedMessage | undefined {
  const attempt = acceptedAttempt(record);
  if (attempt?.account !== account.name) return undefined;
  const reference = referenceOf(record, account);
  const { providerId, batchId } = attempt;
  if (providerId === undefined && batchId === undefined && reference === undefined) return undefined;
  return {
    id: record.id,
    to: record.to,
    ...(providerId === undefined ? {} : { providerId }),
    ...(batchId === undefined ? {} : { batchId }),
    ...(reference === undefined ? {} : { reference }),
  };
}

function soughtMessage(record: MessageRecord, account: AskedAccount): SoughtMessage | undefined {
  const reference = referenceOf(record, account);
  if (record.account !== account.name || reference === undefined || doubtsHere(record) === 0)
    return undefined;
  // The first attempt cannot have begun earlier.
  return { id: record.id, to: record.to, reference, attemptedAt: record.acceptedAt };
}
