/** What waits to be sent: things leave in the order they came, at the rate of the box. All times are epoch ms. */
export interface Queue<T> {
  add(item: T, at: number): void;
  /** Infinity while it is not known, and for what was dropped. */
  leavesAt(item: T): number;
  length(now: number): number;
  /** Sets how many leave in a second, for what waits as well: 0 keeps all of it, Infinity lets it go. */
  setRate(perSecond: number, now: number): void;
  /** Takes out what waits. */
  drop(now: number): readonly T[];
}

export function openQueue<T>(perSecond: number): Queue<T> {
  const leaveTimes = new Map<T, number>();
  let rate = perSecond;
  let freeAt = Number.NEGATIVE_INFINITY;
  let waiting: T[] = [];

  function schedule(item: T, from: number): void {
    const at = rate > 0 ? Math.max(from, freeAt) : Number.POSITIVE_INFINITY;
    leaveTimes.set(item, at);
    if (rate > 0) freeAt = at + 1000 / rate;
  }

  const leavesAt = (item: T) => leaveTimes.get(item) ?? Number.POSITIVE_INFINITY;

  function stillWaiting(now: number): readonly T[] {
    const gone = waiting.findIndex((item) => leavesAt(item) > now);
    waiting = gone === -1 ? [] : waiting.slice(gone);
    return waiting;
  }

  return {
    add(item, at) {
      schedule(item, at);
      waiting.push(item);
    },
    leavesAt,
    length: (now) => stillWaiting(now).length,
    setRate(next, now) {
      rate = next;
      freeAt = now;
      for (const item of stillWaiting(now)) schedule(item, now);
    },
    drop(now) {
      const dropped = stillWaiting(now);
      for (const item of dropped) leaveTimes.delete(item);
      waiting = [];
      freeAt = now;
      return dropped;
    },
  };
}
