import type { MessageStanding } from "@hermod/broker/public-record";
import { isFinal, type State } from "@hermod/core/state";

/** What became of messages. `failed` means that they did not reach their recipient. */
export interface Fates {
  readonly delivered: number;
  readonly failed: number;
  readonly unknown: number;
  readonly open: number;
}

export type Fate = keyof Fates;

/** The messages that were sent in a stretch of time. */
export interface Slice extends Fates {
  readonly from: number;
}

export interface TimeToFinal {
  /** How many took longer than the bin before and no longer than this one. */
  readonly bins: readonly { readonly upToMs: number; readonly count: number }[];
  readonly count: number;
  readonly medianMs: number;
  readonly p95Ms: number;
}

/** How a sample of the messages that an account sent fared. */
export interface DeliveryFigures {
  readonly sampled: number;
  readonly fates: Fates;
  /** From the oldest one that is still known until now, in equal stretches. */
  readonly slices: readonly Slice[];
  /** From the moment the provider took a message until it was final; absent when none is. */
  readonly timeToFinal: TimeToFinal | undefined;
}

const SLICES = 24;
const BINS_MS = [1, 2, 5, 10, 30, 60, 120, 300, 900, 3600].map((seconds) => seconds * 1000);

/** What became of the messages of a sample. */
export function deliveryFigures(standings: readonly MessageStanding[], now: number): DeliveryFigures {
  const fated = standings.flatMap((standing) => {
    const at = sentAt(standing);
    return at === undefined ? [] : [{ ...standing, fate: fateOf(standing.state), at }];
  });
  const first = fated.reduce((least, { at }) => Math.min(least, at), now);
  const widthMs = Math.max(1, (now - first) / SLICES);
  const slices = Array.from({ length: SLICES }, (_, index) => ({ from: first + index * widthMs, ...NONE }));
  const fates = { ...NONE };
  for (const { fate, at } of fated) {
    fates[fate] += 1;
    const slice = slices[Math.min(SLICES - 1, Math.floor((at - first) / widthMs))];
    if (slice !== undefined) slice[fate] += 1;
  }
  return { sampled: fated.length, fates, slices, timeToFinal: timeToFinal(fated) };
}

const NONE = { delivered: 0, failed: 0, unknown: 0, open: 0 };

/**
 * When a message was sent, or was to be; nothing for one that nobody has tried to send, which says nothing of the
 * account.
 */
function sentAt({ state, submittedAt, updatedAt, finalAt }: MessageStanding): number | undefined {
  if (submittedAt !== undefined) return submittedAt;
  switch (state) {
    case "sending":
    case "unconfirmed":
      return updatedAt;
    case "queued":
    case "held":
    case "expired":
    case "canceled":
    case "suppressed":
      return undefined;
    default:
      return finalAt;
  }
}

function fateOf(state: State): Fate {
  switch (state) {
    case "delivered":
    case "read":
      return "delivered";
    case "undelivered":
    case "rejected":
    case "expired":
    case "failed":
      return "failed";
    case "unknown":
      return "unknown";
    default:
      return "open";
  }
}

function timeToFinal(standings: readonly MessageStanding[]): TimeToFinal | undefined {
  const times = standings
    .flatMap(({ state, submittedAt, finalAt }) =>
      isFinal(state) && state !== "unknown" && submittedAt !== undefined && finalAt !== undefined
        ? [Math.max(0, finalAt - submittedAt)]
        : [],
    )
    .sort((a, b) => a - b);
  if (times.length === 0) return undefined;
  const ends = [...BINS_MS, Number.POSITIVE_INFINITY];
  const bins = ends.map((upToMs, index) => {
    const above = ends[index - 1] ?? -1;
    return { upToMs, count: times.filter((ms) => ms > above && ms <= upToMs).length };
  });
  const quantile = (share: number): number => times[Math.ceil(share * times.length) - 1] ?? 0;
  return { bins, count: times.length, medianMs: quantile(0.5), p95Ms: quantile(0.95) };
}
