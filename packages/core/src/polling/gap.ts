import type { Priority } from "../message.ts";
import { type HazardCurve, UNKNOWN_ROUTE } from "./hazard-curve.ts";
import { paidAgeMs } from "./paid-age.ts";
import { type PollTerms, type Urgency, urgencyOf, weightAt } from "./poll-terms.ts";

/** A curve is trusted when it was learned from so many finals. Until then a formula does. */
export const TRUSTED_FINALS = 100;

/** The wait is spread by ±10 %, lest messages that were sent together be looked at together for ever. */
const JITTER = 0.1;

/** In economy a message may wait for this part of its age. */
const ECONOMY_SHARE = 0.05;

/** However reliable pushes are, a message is looked at within so many times the longest wait. */
const PUSH_PATIENCE = 4;

/** A message that was just seen pending, or just accepted. */
export interface Look {
  /** Since its acceptance; 0 when it was never asked about. */
  readonly ageMs: number;
  readonly lane: Priority;
  /** Of a group that can only be asked about as a whole: how many of it are pending. */
  readonly group?: number | undefined;
}

/** What an account has taught. */
export interface Learned {
  /** Of the message's route. */
  readonly curve?: HazardCurve | undefined;
  /** The probability that the provider does not push a final report; 1 where it never does. */
  readonly silence: number;
}

/**
 * The wait until the next look at a message: until the lateness to be expected has paid for it, by the learned curve or, while that
 * is not to be trusted, by a formula. `chance` lies in [0, 1). Undefined when its last look, at the horizon, has been taken.
 */
export function nextGapMs(
  look: Look,
  terms: PollTerms,
  { curve, silence }: Learned,
  chance: number,
): number | undefined {
  const { ageMs, lane, group } = look;
  if (ageMs >= terms.horizonMs) return undefined;
  const urgency = urgencyOf(lane, terms, group);
  const longestMs = longestGapMs(ageMs, terms, silence);
  const paidMs =
    curve !== undefined && curve.finals >= TRUSTED_FINALS
      ? paidAgeMs(curve, ageMs, urgency, silence, ageMs + longestMs) - ageMs
      : formulaGapMs(ageMs, urgency, silence);
  // What shares a request is not spread at first: the batch itself spreads it.
  const spread = terms.batch > 1 && ageMs === 0 ? 1 : 1 + JITTER * (2 * chance - 1);
  const gapMs = Math.min(longestMs, Math.max(terms.minMs, paidMs * spread));
  return Math.min(gapMs, terms.horizonMs - ageMs);
}

/** The longest wait at an age: longer in economy for old messages, and as long as pushes can be relied on. */
function longestGapMs(ageMs: number, { maxMs, economy }: PollTerms, silence: number): number {
  const longest = economy ? Math.max(maxMs, ECONOMY_SHARE * ageMs) : maxMs;
  return longest * Math.min(PUSH_PATIENCE, 1 / Math.sqrt(silence));
}

/** The wait that has paid for itself on a route of which nothing is known: with its hazard the sum can be solved. */
function formulaGapMs(ageMs: number, urgency: Urgency, silence: number): number {
  const { share, startMs } = UNKNOWN_ROUTE;
  const hazard = (share * silence) / (startMs + ageMs);
  return Math.sqrt((2 * urgency.dueMs) / (hazard * weightAt(ageMs, urgency)));
}
