import { clockOffset } from "@hermod/core/clock-offset";

/**
 * The time of Redis, carried on between two readings by this process's monotonic clock; a jump of the wall
 * clock changes nothing.
 */
export interface RedisClock {
  /** Epoch milliseconds by the clock of Redis. */
  now(): number;
  /** Takes a reading, in epoch milliseconds. `askedAt`: when it was asked for, by `performance.now()`; by default just now. */
  set(atMs: number, askedAt?: number): void;
}

export function redisClock(): RedisClock {
  let offsetMs: number | undefined;
  return {
    now: () => {
      if (offsetMs === undefined) throw new Error("the clock of Redis was not read yet");
      return Math.round(performance.now() + offsetMs);
    },
    set: (atMs, askedAt) => {
      const answeredAt = performance.now();
      offsetMs = clockOffset(offsetMs, { atMs, askedAt: askedAt ?? answeredAt, answeredAt });
    },
  };
}

/** The reply of the command TIME as epoch milliseconds. */
export function timeReplyMs(reply: readonly (string | number)[]): number {
  const [seconds = 0, microseconds = 0] = reply.map(Number);
  return seconds * 1000 + Math.floor(microseconds / 1000);
}
