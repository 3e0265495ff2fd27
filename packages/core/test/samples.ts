import { acceptedRecord } from "../src/accept.ts";
import { apply } from "../src/apply.ts";
import { MessageInput } from "../src/message.ts";
import type { MessageRecord } from "../src/record.ts";
import type { Terms } from "../src/terms.ts";

export const TERMS: Terms = {
  leaseMs: 30_000,
  settleMs: 60_000,
  horizonMs: 3_600_000,
  retryDelaysMs: [1000, 5000],
  failoverAfterMs: 60_000,
  resolution: "none",
};

/** When the sample messages were accepted. */
export const T0 = 1_750_000_000_000;

export function queuedRecord(input: Partial<MessageInput> = {}): MessageRecord {
  const parsed = MessageInput.parse({
    account: "etelecom-main",
    to: "+84836106872",
    content: { template: "OTP", params: { otp: "123456" } },
    expiresInMs: 300_000,
    ...input,
  });
  return acceptedRecord(parsed, { id: "0".repeat(26), bodyHash: "hash", at: T0 });
}

/** A record whose attempt of the next number has begun. */
export function begun(record: MessageRecord, at: number = T0): MessageRecord {
  return apply(record, { type: "begin", at, owner: "worker", terms: TERMS });
}
