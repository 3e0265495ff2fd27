import { acceptedRecord } from "@hermod/core/accept";
import { apply } from "@hermod/core/apply";
import type { Encryption } from "@hermod/core/config";
import { MessageInput } from "@hermod/core/message";
import type { MessageRecord } from "@hermod/core/record";
import type { Report } from "@hermod/core/report";
import type { Terms } from "@hermod/core/terms";

export const TERMS: Terms = {
  leaseMs: 30_000,
  settleMs: 60_000,
  horizonMs: 3_600_000,
  retryDelaysMs: [1000],
  failoverAfterMs: 60_000,
  resolution: "none",
};

/** When the sample messages were accepted: long enough ago that all of it is over by the clock of Redis. */
export const T0 = 1_750_000_000_000;

export const ACCOUNT = "etelecom-main";

/** What may lie nowhere but in the fields meant for it. */
export const CANARIES = {
  number: "+84836106872",
  text: "canary-text",
  otp: "734914",
  idempotencyKey: "canary-key",
} as const;

export function idOf(n: number): string {
  return `${n}`.padStart(26, "0");
}

export function queued(n: number, input: Partial<MessageInput> = {}, at: number = T0): MessageRecord {
  const parsed = MessageInput.parse({
    account: ACCOUNT,
    to: CANARIES.number,
    content: { template: "OTP", params: { otp: CANARIES.otp }, text: CANARIES.text },
    expiresInMs: 300_000,
    ...input,
  });
  return acceptedRecord(parsed, { id: idOf(n), bodyHash: "hash", at });
}

export function begun(record: MessageRecord, at: number = T0): MessageRecord {
  return apply(record, { type: "begin", at, owner: "worker", terms: TERMS });
}

export function accepted(record: MessageRecord, at: number = T0): MessageRecord {
  const outcome = { kind: "accepted", providerId: "P" } as const;
  return apply(record, { type: "outcome", at, attempt: record.attempt, outcome, terms: TERMS, chance: 0.5 });
}

export function reported(
  record: MessageRecord,
  kind: Report["kind"] = "delivered",
  at: number = T0,
): MessageRecord {
  return apply(record, { type: "report", at, report: { kind, word: kind }, terms: TERMS });
}

/** A record with one more check: the smallest change there is. */
export function checked(record: MessageRecord): MessageRecord {
  return apply(record, { type: "checked", at: T0, answered: true });
}

function key(byte: number): string {
  return Buffer.alloc(32, byte).toString("base64");
}

/** Keys k1 and k2 as a configuration may hold them. */
export const ENCRYPTIONS = {
  first: { keys: { k1: key(1) }, active: "k1" },
  both: { keys: { k1: key(1), k2: key(2) }, active: "k2" },
  second: { keys: { k2: key(2) }, active: "k2" },
  impostor: { keys: { k1: key(3) }, active: "k1" },
} as const satisfies Record<string, Encryption>;
