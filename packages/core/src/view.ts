import type { Priority } from "./message.ts";
import { acceptedAttempt, type PublicRecord, type Reason } from "./record.ts";
import { isFinal, type State } from "./state.ts";

/** What a producer sees of a message: everything but number, text and our own bookkeeping. */
export interface MessageView {
  readonly id: string;
  readonly state: State;
  readonly final: boolean;
  readonly reason: Reason;
  /** The word of the provider, or ours, behind the reason. */
  readonly code?: string;
  /** `unproven` when nobody can say whether the message was taken or what became of it. */
  readonly certainty: "proven" | "unproven";
  readonly producer: string;
  readonly priority: Priority;
  readonly account: string;
  /** Authorised writes so far. */
  readonly attempts: number;
  readonly providerId?: string;
  readonly parts?: number;
  readonly cost?: string;
  readonly currency?: string;
  readonly details?: Readonly<Record<string, string>>;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Evidence that contradicts the state, in words. */
  readonly anomalies: readonly string[];
  /** Epoch milliseconds by the clock of Redis. */
  readonly timestamps: {
    readonly acceptedAt: number;
    readonly expiresAt: number;
    readonly updatedAt: number;
    readonly submittedAt?: number;
    readonly finalAt?: number;
    /** While it waits: not before this time. */
    readonly releaseAt?: number;
  };
}

/** Tells whether what the state says was proven by somebody. */
export function certaintyOf(state: State): MessageView["certainty"] {
  return state === "unknown" || state === "unconfirmed" ? "unproven" : "proven";
}

/** The view of a record. */
export function viewOf(record: PublicRecord): MessageView {
  const accepted = acceptedAttempt(record);
  const { id, state, reason, code, producer, priority, account, parts, cost, currency, details, metadata } =
    record;
  const { submittedAt, finalAt, anomalies, acceptedAt, expiresAt, updatedAt, releaseAt } = record;
  const waits = state === "queued" || state === "held";
  return {
    id,
    state,
    final: isFinal(state),
    reason,
    ...(code === undefined ? {} : { code }),
    certainty: certaintyOf(state),
    producer,
    priority,
    account: accepted?.account ?? account,
    attempts: record.attempt,
    ...(accepted?.providerId === undefined ? {} : { providerId: accepted.providerId }),
    ...(parts === undefined ? {} : { parts }),
    ...(cost === undefined ? {} : { cost }),
    ...(currency === undefined ? {} : { currency }),
    ...(details === undefined ? {} : { details }),
    ...(metadata === undefined ? {} : { metadata }),
    anomalies,
    timestamps: {
      acceptedAt,
      expiresAt,
      updatedAt,
      ...(submittedAt === undefined ? {} : { submittedAt }),
      ...(finalAt === undefined ? {} : { finalAt }),
      ...(waits ? { releaseAt } : {}),
    },
  };
}
