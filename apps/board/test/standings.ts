import type { MessageStanding } from "@hermod/broker/public-record";

/** A moment that figures are told of. */
export const NOW = 1_750_000_000_000;

let made = 0;

/** Where some message stands. */
export function standing(fields: Partial<MessageStanding>): MessageStanding {
  made += 1;
  return {
    id: `${made}`.padStart(26, "0"),
    state: "queued",
    reason: "ready",
    account: "main",
    acceptedAt: NOW - 60_000,
    updatedAt: NOW - 1000,
    releaseAt: 0,
    deadlineAt: NOW + 60_000,
    expiresAt: NOW + 60_000,
    ...fields,
  };
}
