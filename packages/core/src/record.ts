import type { Content, OnUnknown, Priority } from "./message.ts";
import type { Denial, Place } from "./outcome.ts";
import type { State } from "./state.ts";

/** Why a message is in its state, in one word of ours. */
export type Reason =
  // queued
  | "ready"
  | "schedule"
  | "rate"
  | "retry"
  | "failover"
  // held
  | "account"
  // unconfirmed
  | "no_answer"
  | "lease_ended"
  // expired
  | "before_send"
  | "at_provider"
  // failed
  | "attempts_exhausted"
  | "poison"
  // unknown
  | "never_confirmed"
  | "never_reported"
  // suppressed
  | "stop_list"
  // canceled
  | "by_producer"
  // undelivered, rejected: what the provider said stands in `code`
  | "by_provider"
  | "by_network";

/**
 * An attempt that the provider took or may have taken. One that was proven not taken is forgotten but for its
 * number.
 */
export interface Attempt {
  readonly n: number;
  readonly account: string;
  readonly verdict: "open" | "maybeSent" | "accepted";
  readonly providerId?: string;
  readonly batchId?: string;
  readonly place?: Place;
}

/**
 * Everything Hermod knows of one message: the only truth about it. Times are epoch milliseconds by the clock
 * of Redis.
 */
export interface MessageRecord {
  readonly id: string;
  /** Grows by one with each change; what compare-and-set compares. */
  readonly revision: number;

  // What the producer said.
  readonly producer: string;
  readonly priority: Priority;
  readonly route: readonly string[];
  readonly to: string;
  /** Absent once it was erased. */
  readonly content?: Content;
  readonly routeRule?: readonly string[];
  readonly metadata?: Readonly<Record<string, string>>;
  readonly onUnknown: OnUnknown;
  /** Its producer would rather have it twice than late: without a final report it goes on to the next account after this time. */
  readonly failoverAfterMs?: number;
  /** Keyed hash of what was handed over, to tell a repeat from another message under the same idempotency key; empty without one. */
  readonly bodyHash: string;
  readonly acceptedAt: number;
  readonly expiresAt: number;
  /** The trace it was handed over in, as a traceparent; only when its producer follows it. */
  readonly trace?: string;

  // Where it stands.
  readonly state: State;
  readonly reason: Reason;
  /** The provider's or our word behind the reason, for example `template_unknown`. */
  readonly code?: string;
  /** The account in use: one of the route. */
  readonly account: string;
  /**
   * `queued`: not before this time. `held`: then it goes on even if the account does not recover. `unconfirmed`: not written
   * again before this time, or, with an attempt on the wire, the end of its lease; 0 when it is not to be written again.
   * `submitted`, `sent`: the same of the next account of its route, with `failoverAfterMs` alone.
   */
  readonly releaseAt: number;
  /** When the state ends by itself: expiry, lease, reconcile deadline or report horizon; 0 once final. */
  readonly deadlineAt: number;
  /** The work order that carries it, and since when. */
  readonly jobId: string;
  readonly drivenAt: number;

  // Sending.
  /** Number of the last authorised write. */
  readonly attempt: number;
  /** Attempts spent, which the retry list limits: proven outcomes only, never waiting. */
  readonly spent: number;
  /** How often in a row whoever had it in hand died over it. */
  readonly crashes: number;
  /** How often in a row the provider, asked by our reference, did not know an attempt in doubt. */
  readonly absences: number;
  /** Who has it in hand: whoever began its last attempt or, since somebody died over it, all who took it in hand and may live. */
  readonly owner?: string;
  readonly attempts: readonly Attempt[];
  /**
   * `unconfirmed` only because of an earlier attempt: how the last one was denied, to go on with once that
   * doubt is gone.
   */
  readonly denial?: Denial;
  /** Our reference at each account that takes one: one for all attempts there. */
  readonly references?: Readonly<Record<string, number>>;

  // Following.
  readonly checks: number;
  /** When the provider, asked about it, last said something. */
  readonly checkedAt?: number;
  readonly parts?: number;
  readonly cost?: string;
  /** What the cost is in. */
  readonly currency?: string;
  readonly details?: Readonly<Record<string, string>>;
  /** A failure that may not be the last word: what it becomes at the horizon if it was, and the provider's code. */
  readonly tentative?: {
    readonly state: "undelivered" | "rejected" | "expired";
    readonly code?: string;
    /** The attempt whose account said so for good, while another account has it too. */
    readonly attempt?: number;
  };
  /** A status word that nobody knows, verbatim. */
  readonly unmapped?: string;

  readonly submittedAt?: number;
  readonly finalAt?: number;
  readonly updatedAt: number;
  /** Evidence that contradicts: kept, counted, never applied. */
  readonly anomalies: readonly string[];
  /** What happened so far and what was waited for, as `history.ts` writes it. */
  readonly history?: string;
}

/** A record without what is private: what whoever only looks on may read of it. */
export type PublicRecord = Omit<MessageRecord, "to" | "content" | "bodyHash">;

/** The attempt that the provider confirmed, if any: the one to ask about. */
export function acceptedAttempt(record: PublicRecord): Attempt | undefined {
  return record.attempts.find(({ verdict }) => verdict === "accepted");
}

/** The attempt to ask about: the one that was accepted; of several, which only failover leaves behind, one after another. */
export function askedAttempt(record: PublicRecord): Attempt | undefined {
  const accepted = record.attempts.filter(({ verdict }) => verdict === "accepted");
  return accepted[record.checks % Math.max(1, accepted.length)];
}

/** The attempt on the wire, if any. */
export function openAttempt(record: PublicRecord): Attempt | undefined {
  return record.attempts.find(({ verdict }) => verdict === "open");
}

/** The account whose provider is to be asked about the message. */
export function askedAccount(record: MessageRecord): string {
  return askedAttempt(record)?.account ?? record.account;
}

/** The account of the route that follows the one in use. */
export function nextAccount({ route, account }: MessageRecord): string | undefined {
  const place = route.indexOf(account);
  return place < 0 ? undefined : route[place + 1];
}
