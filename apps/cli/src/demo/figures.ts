/** How a quantity spreads: half, 95 % and 99 % of it are not above these. */
export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** The spread by nearest rank: each figure is one that was measured. Undefined without any. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
  return sorted.length === 0
    ? undefined
    : { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

/** How often each of these occurs. */
export function tally<T>(items: Iterable<T>): ReadonlyMap<T, number> {
  const counts = new Map<T, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}
