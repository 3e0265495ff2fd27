/** What lies in a due queue. */
export interface Due {
  readonly dueAt: number;
}

/** A queue that gives the earliest first: a binary heap. */
export class DueQueue<T extends Due> {
  readonly #heap: T[] = [];

  push(entry: T): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || parent.dueAt <= entry.dueAt) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = entry;
  }

  pop(): T | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.#sink(last);
    return first;
  }

  /** Puts an entry at the free top, and lets it sink to its place. */
  #sink(entry: T): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      const left = heap[2 * at + 1];
      const right = heap[2 * at + 2];
      if (left === undefined) break;
      const takeRight = right !== undefined && right.dueAt < left.dueAt;
      const earlier = takeRight ? right : left;
      if (earlier.dueAt >= entry.dueAt) break;
      heap[at] = earlier;
      at = 2 * at + (takeRight ? 2 : 1);
    }
    heap[at] = entry;
  }
}
