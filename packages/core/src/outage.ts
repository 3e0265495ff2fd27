import type { Outcome } from "./outcome.ts";

/** What makes an account count as down. */
export interface OutageTerms {
  readonly windowMs: number;
  /** Fewer outcomes than these prove nothing. */
  readonly minimum: number;
  /** The share of outcomes without an answer, in (0, 1]. */
  readonly failureRate: number;
}

/** The outcomes of an account in the window that runs now and in the one before. */
export interface OutageTally {
  readonly startedAt: number;
  readonly good: number;
  readonly bad: number;
  readonly before: { readonly good: number; readonly bad: number };
}

export const EMPTY_TALLY: OutageTally = { startedAt: 0, good: 0, bad: 0, before: { good: 0, bad: 0 } };

/** Counts an outcome. One error alone is never an outage, and what is older than two windows is forgotten. */
export function tallied(
  tally: OutageTally,
  outcome: Outcome,
  at: number,
  { windowMs }: OutageTerms,
): OutageTally {
  const age = at - tally.startedAt;
  const { good, bad } = tally;
  const nothing = { good: 0, bad: 0 };
  const current =
    age < windowMs
      ? tally
      : { startedAt: at, ...nothing, before: age < 2 * windowMs ? { good, bad } : nothing };
  // An attempt that was given back tells nothing about the provider.
  if (outcome.kind === "notSent" && outcome.phase === "guard") return current;
  const isBad = outcome.kind === "notSent" || outcome.kind === "maybeSent";
  return isBad ? { ...current, bad: current.bad + 1 } : { ...current, good: current.good + 1 };
}

/** Tells whether so many requests went unanswered, or came to nothing on their way, that the account counts as down. */
export function isOutage(tally: OutageTally, { minimum, failureRate }: OutageTerms): boolean {
  const bad = tally.bad + tally.before.bad;
  const all = bad + tally.good + tally.before.good;
  return all >= minimum && bad / all >= failureRate;
}

/** Our word for an account whose provider does not answer. */
const UNAVAILABLE = "unavailable";

/** The tally after an outcome, and what becomes of the account's breaker: opened for a reason, closed, or left. */
export interface Judgement {
  readonly tally: OutageTally;
  readonly breaker: "leave" | "close" | { readonly openFor: string };
}

/** Decides what an outcome means for its account. `isProbe`: the message was let through an open breaker to try the account. */
export function judged(
  tally: OutageTally,
  outcome: Outcome,
  isProbe: boolean,
  at: number,
  terms: OutageTerms,
): Judgement {
  const open = (code: string): Judgement => ({ tally: EMPTY_TALLY, breaker: { openFor: code } });
  if (outcome.kind === "rejected" && outcome.scope === "account") return open(outcome.code);
  const now = tallied(tally, outcome, at, terms);
  // Given back before it was written, it tried nothing.
  if (outcome.kind === "notSent" && outcome.phase === "guard") return { tally: now, breaker: "leave" };
  const isBad = outcome.kind === "maybeSent" || outcome.kind === "notSent";
  if (isBad && (isProbe || isOutage(now, terms))) return open(UNAVAILABLE);
  return { tally: now, breaker: isProbe && !isBad ? "close" : "leave" };
}
