import { acceptedAttempt, type MessageRecord } from "@hermod/core/record";
import type { FollowedMessage } from "@hermod/providers/provider";
import type { AccountContext } from "./account-context.ts";

/**
 * How to ask this account's provider about a message that it took; undefined when there is nothing to ask by. Our reference serves
 * only where the provider can be asked by it.
 */
export function followedMessage(
  record: MessageRecord,
  { name, capabilities }: Pick<AccountContext, "name" | "capabilities">,
): FollowedMessage | undefined {
  const attempt = acceptedAttempt(record);
  if (attempt?.account !== name) return undefined;
  const reference = capabilities.lookup === "byReference" ? record.references?.[name] : undefined;
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
