import type { Reservation } from "@hermod/broker/pacer";

/**
 * A slot may be used until so long after its time. What comes later, because the process was busy or a connection had to be made
 * first, gives it up for a new one: requests that close up behind a delay would put too many into one second. It lies within the
 * slack that the pacer leaves below the limit, most of which is the network's.
 */
export const LATE_MS = 20;

/** Slots that come one after another, by the monotonic clock of this process. */
export interface Row {
  at: number;
  left: number;
  /** What a request that takes one may count for. */
  readonly units: number;
  readonly everyMs: number;
  /** What to add to a time of this process to have that of Redis, by which slots are given back. */
  readonly toRedisMs: number;
}

/** Slots as rows: those that weigh differently are a row each. */
export function rowsOf(
  { at, firstAt, everyMs, slots, offsetsMs }: Reservation & { kind: "reserved" },
  wanted: readonly number[],
): Row[] {
  const toRedisMs = at - firstAt;
  if (offsetsMs === undefined) return [{ at: firstAt, everyMs, left: slots, units: 1, toRedisMs }];
  return offsetsMs.map((offset, index) => {
    const units = wanted[index] ?? 1;
    return { at: firstAt + offset, everyMs: units * everyMs, left: 1, units, toRedisMs };
  });
}

/** Takes the first slot that has come and is enough; passes over those that nobody was there for. */
export function takeFrom(rows: Row[], now: number, units: number): number | undefined {
  for (let place = 0, row = rows[place]; row !== undefined; row = rows[place]) {
    const missed = Math.min(row.left, Math.max(0, Math.ceil((now - LATE_MS - row.at) / row.everyMs)));
    row.left -= missed;
    row.at += missed * row.everyMs;
    if (row.left === 0) {
      rows.splice(place, 1);
      continue;
    }
    if (row.at <= now && row.units >= units) {
      const { at } = row;
      row.left -= 1;
      row.at += row.everyMs;
      return at;
    }
    place += 1;
  }
  return undefined;
}

/** Those for whom none of the slots is left that are still to come. */
export function withoutSlot<Waiter extends { readonly units: number }>(
  waiters: readonly Waiter[],
  rows: readonly Row[],
): readonly Waiter[] {
  if (waiters.every(({ units }) => units === 1)) {
    return waiters.slice(rows.reduce((sum, { left }) => sum + left, 0));
  }
  const free = rows.flatMap(({ left, units }) => Array.from({ length: left }, () => units));
  free.sort((a, b) => a - b);
  return waiters.filter((waiter) => {
    const place = free.findIndex((units) => units >= waiter.units);
    if (place >= 0) free.splice(place, 1);
    return place < 0;
  });
}
