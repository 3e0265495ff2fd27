/** What is to happen, in the order of virtual time; at the same time, in the order in which it was planned. */
export interface Agenda {
  /** Virtual time in milliseconds. */
  now(): number;
  at(time: number, act: () => void): void;
  /** Carries out the next thing; false when nothing is left. */
  next(): boolean;
}

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly act: () => void;
}

export function openAgenda(): Agenda {
  /** A binary heap: each entry is before both that lie below it. */
  const heap: Entry[] = [];
  let now = 0;
  let count = 0;
  return {
    now: () => now,
    at(time, act) {
      count += 1;
      rise(heap, { at: Math.max(time, now), order: count, act });
    },
    next() {
      const [first] = heap;
      const last = heap.pop();
      if (first === undefined || last === undefined) return false;
      if (first !== last) sink(heap, last);
      now = first.at;
      first.act();
      return true;
    },
  };
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

function rise(heap: Entry[], entry: Entry): void {
  let place = heap.length;
  while (place > 0) {
    const above = (place - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || isBefore(parent, entry)) break;
    heap[place] = parent;
    place = above;
  }
  heap[place] = entry;
}

function sink(heap: Entry[], entry: Entry): void {
  let place = 0;
  for (;;) {
    let below = 2 * place + 1;
    const left = heap[below];
    if (left === undefined) break;
    const right = heap[below + 1];
    let child = left;
    if (right !== undefined && isBefore(right, left)) {
      child = right;
      below += 1;
    }
    if (isBefore(entry, child)) break;
    heap[place] = child;
    place = below;
  }
  heap[place] = entry;
}
