import type { PublicRecord, Reason } from "./record.ts";
import { isFinal, type State } from "./state.ts";
import { certaintyOf } from "./view.ts";

/** A change of a message as it is told to whoever follows it: nothing of its number, text or parameters. */
export interface StateEvent {
  readonly id: string;
  readonly producer: string;
  readonly account: string;
  readonly state: State;
  readonly final: boolean;
  readonly reason: Reason;
  /** The word of the provider, or ours, behind the reason. */
  readonly code?: string;
  /** `unproven` when nobody can say whether the message was taken or what became of it. */
  readonly certainty: "proven" | "unproven";
  /** Authorised writes so far. */
  readonly attempts: number;
  readonly parts?: number;
  readonly cost?: string;
  /** Evidence that contradicts the state, in words. */
  readonly anomalies: readonly string[];
  /** When it changed; epoch milliseconds by the clock of Redis, as the other times. */
  readonly at: number;
  readonly acceptedAt: number;
  readonly submittedAt?: number;
}

/** What is stored of an event; the rest follows from it. */
export type StateFacts = Omit<StateEvent, "final" | "certainty">;

/** The event of a record that has just changed. */
export function stateFactsOf(record: PublicRecord): StateFacts {
  const { id, producer, account, state, reason, code, attempt, parts, cost, anomalies } = record;
  const { updatedAt, acceptedAt, submittedAt } = record;
  return {
    id,
    producer,
    account,
    state,
    reason,
    ...(code === undefined ? {} : { code }),
    attempts: attempt,
    ...(parts === undefined ? {} : { parts }),
    ...(cost === undefined ? {} : { cost }),
    anomalies,
    at: updatedAt,
    acceptedAt,
    ...(submittedAt === undefined ? {} : { submittedAt }),
  };
}

export function stateEvent(facts: StateFacts): StateEvent {
  return { ...facts, final: isFinal(facts.state), certainty: certaintyOf(facts.state) };
}
