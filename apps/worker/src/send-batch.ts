import type { MessageRecord } from "@hermod/core/record";
import type { AccountContext } from "./account-context.ts";

/** Most messages in one request: what the provider takes and its account says, within the limit of a second. */
export function batchSize({
  capabilities,
  account,
}: Pick<AccountContext, "capabilities" | "account">): number {
  return Math.max(1, Math.min(capabilities.sendBatch, Math.floor(account.sendPerSecond)));
}

/**
 * Most requests of a process that have begun and wait for a connection: a tenth of a second's worth, as whoever dies in between leaves
 * them in doubt, unwritten.
 */
export function mostBegun(context: Pick<AccountContext, "capabilities" | "account">): number {
  const { connections, sendPerSecond } = context.account;
  return Math.min(connections, Math.ceil(sendPerSecond / batchSize(context) / 10));
}

/** Messages by the request they go in. */
export function batchesOf(
  context: Pick<AccountContext, "capabilities" | "account">,
  records: readonly MessageRecord[],
): MessageRecord[][] {
  const size = batchSize(context);
  const batches: MessageRecord[][] = [];
  for (let start = 0; start < records.length; start += size) batches.push(records.slice(start, start + size));
  return batches;
}
