import { LEASE_MARGIN_MS } from "./config.ts";
import type { MessageRecord } from "./record.ts";

/** The times of an attempt that is about to be written. */
export interface Guarded {
  /** Since the intent was about to be recorded, by a clock that no freeze stops. */
  readonly begunMsAgo: number;
  readonly at: number;
  readonly leaseMs: number;
  /** The longest that the request may last. */
  readonly timeoutMs: number;
}

/**
 * Tells, directly before the write, whether a whole request still fits into the lease, so that nobody calls the attempt lost
 * while it is on the wire, and whether the message has not expired meanwhile.
 */
export function mayStillWrite(
  { expiresAt }: MessageRecord,
  { begunMsAgo, at, leaseMs, timeoutMs }: Guarded,
): boolean {
  return begunMsAgo <= leaseMs - timeoutMs - LEASE_MARGIN_MS && at < expiresAt;
}
