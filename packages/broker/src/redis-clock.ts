/**
 * The time of Redis, carried on between two readings by this process's monotonic clock; a jump of the wall
 * clock changes nothing.
 */
export interface RedisClock {
  /** Epoch milliseconds by the clock of Redis. */
  now(): number;
  /** Takes a fresh reading, in epoch milliseconds. */
  set(atMs: number): void;
}

export function redisClock(): RedisClock {
  let offsetMs = Number.NaN;
  return {
    now: () => {
      if (Number.isNaN(offsetMs)) throw new Error("the clock of Redis was not read yet");
      return Math.round(performance.now() + offsetMs);
    },
    set: (atMs) => {
      offsetMs = atMs - performance.now();
    },
  };
}

/** The reply of the command TIME as epoch milliseconds. */
export function timeReplyMs(reply: readonly (string | number)[]): number {
  const [seconds = 0, microseconds = 0] = reply.map(Number);
  return seconds * 1000 + Math.floor(microseconds / 1000);
}
