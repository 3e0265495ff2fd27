import type { Priority } from "../message.ts";

/** What lateness costs in one lane. */
export interface LanePrice {
  /** So much lateness that nobody knows of is worth one status request. */
  readonly latenessMs: number;
  /** At this age lateness weighs half as much as at once. */
  readonly fadeMs: number;
}

export type LanePrices = Readonly<Record<Priority, LanePrice>>;

/**
 * Prices for one-time passwords, for notices and for mass sendings, where a status request asks about one message. How they came
 * about: `docs/polling.md`.
 */
const SINGLE_PRICES: LanePrices = {
  urgent: { latenessMs: 825, fadeMs: 240_000 },
  normal: { latenessMs: 1_650, fadeMs: 600_000 },
  bulk: { latenessMs: 5_500, fadeMs: 3_600_000 },
};

/** The same where it asks about many: what counts is the lateness of all of them together. */
const SHARED_PRICES: LanePrices = {
  urgent: { latenessMs: 5_500, fadeMs: 120_000 },
  normal: { latenessMs: 11_000, fadeMs: 400_000 },
  bulk: { latenessMs: 37_000, fadeMs: 3_600_000 },
};

/** The prices for an account that has none of its own. */
export function pricesFor(batch: number): LanePrices {
  return batch > 1 ? SHARED_PRICES : SINGLE_PRICES;
}

/** How an account's messages are followed. */
export interface PollTerms {
  /** Most messages in one status request. */
  readonly batch: number;
  /** Shortest and longest wait between two looks at a message. */
  readonly minMs: number;
  readonly maxMs: number;
  /** How long after its acceptance a message is looked at for the last time. */
  readonly horizonMs: number;
  /** Old messages may wait longer than `maxMs`, up to a twentieth of their age, and lose their urgency sooner. */
  readonly economy: boolean;
  readonly prices: LanePrices;
}

/**
 * The price of a place in a request that goes out anyway, where the request itself costs 1. Without it every request would be
 * filled up with messages that were looked at a moment ago.
 */
export const PLACE_PRICE = 0.07;

/** A message's urgency never fades below this, or old messages would be found late for the sake of a few requests. */
const LASTING_URGENCY = { single: 0.12, shared: 0.17, economy: 0.06 };

/** How a lane's lateness counts under given terms. */
export interface Urgency {
  /** The weighted lateness at which a look at one message has paid for itself. */
  readonly dueMs: number;
  readonly fadeMs: number;
  readonly floor: number;
}

/** What one message has to earn until a request that it shares with `company` in all is due. */
export function urgencyOf(lane: Priority, terms: PollTerms, company: number = terms.batch): Urgency {
  const { latenessMs, fadeMs } = terms.prices[lane];
  const shared = terms.batch > 1;
  const lasting = shared ? LASTING_URGENCY.shared : LASTING_URGENCY.single;
  return {
    dueMs: shared ? latenessMs * (PLACE_PRICE + 1 / company) : latenessMs,
    fadeMs,
    floor: terms.economy ? LASTING_URGENCY.economy : lasting,
  };
}

/** The weight of lateness at an age: 1 at first, half at `fadeMs`, and never below the floor. */
export function weightAt(ageMs: number, { fadeMs, floor }: Urgency): number {
  return Math.max(floor, fadeMs / (fadeMs + ageMs));
}
