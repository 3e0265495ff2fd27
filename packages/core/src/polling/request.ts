import { PLACE_PRICE, type PollTerms } from "./poll-terms.ts";

/** A message that waits for its next look. */
export interface Waiting {
  readonly dueAt: number;
  /** From its last look to `dueAt`. */
  readonly gapMs: number;
}

/** What the choice depends on: how many messages fit into a request, and how long one waits at most. */
export type RequestTerms = Pick<PollTerms, "batch" | "maxMs">;

/** A free place of a request that goes out anyway is given to a message that has earned this share of a place's price. */
const FREE_PLACE_SHARE = 0.5;

/** What a message must earn to be given a free place. */
export const FREE_PLACE_CREDIT: number = -PLACE_PRICE * (1 - FREE_PLACE_SHARE);

/**
 * What a look at the message has earned beyond its place, where a request costs 1: nothing yet when negative, and the share of a
 * full request when it is due. Lateness grows about with the square of the wait. What has waited as long as anything may, and is
 * due, waits for no company.
 */
export function creditOf({ dueAt, gapMs }: Waiting, now: number, { batch, maxMs }: RequestTerms): number {
  if (batch === 1) return now >= dueAt ? 1 : 0;
  if (now >= dueAt && now - dueAt + gapMs >= maxMs) return 1;
  const waited = Math.max(0, 1 + (now - dueAt) / gapMs);
  return (PLACE_PRICE + 1 / batch) * waited * waited - PLACE_PRICE;
}

/** When a message begins to earn something for a request: before, it makes none go out. */
export function earnsAt({ dueAt, gapMs }: Waiting, batch: number): number {
  if (batch === 1) return dueAt;
  return dueAt - gapMs * (1 - Math.sqrt(PLACE_PRICE / (PLACE_PRICE + 1 / batch)));
}

/**
 * The messages for a request, out of the `batch` that are due first: none until together they have paid for it. Few wait for
 * company and many go at once.
 */
export function chooseRequest<T extends Waiting>(
  earliest: readonly T[],
  now: number,
  terms: RequestTerms,
): T[] {
  let paid = 0;
  for (const waiting of earliest) paid += Math.max(0, creditOf(waiting, now, terms));
  if (paid < 1) return [];
  const least = terms.batch === 1 ? 0 : FREE_PLACE_CREDIT;
  return earliest.filter((waiting) => creditOf(waiting, now, terms) > least);
}

/**
 * How long these messages cannot pay for a request, should nothing else come: a time to sleep, at most `longestMs`. It is not
 * exact, but never too long by more than `shortestMs`.
 */
export function unpaidForMs(
  earliest: readonly Waiting[],
  now: number,
  terms: RequestTerms,
  shortestMs: number,
  longestMs: number,
): number {
  let waitMs = shortestMs;
  while (waitMs * 2 <= longestMs && chooseRequest(earliest, now + waitMs * 2, terms).length === 0)
    waitMs *= 2;
  return waitMs;
}
