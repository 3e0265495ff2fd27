import { Counter, type CounterConfiguration } from "prom-client";

/** Counts what happens with each message. */
export interface Tally<Label extends string> {
  inc(labels: Readonly<Record<Label, string>>, by?: number): void;
}

/**
 * A counter that is added up here and told to the library only when somebody looks: checking and sorting the labels each time, as
 * that does, costs more than all the rest of counting.
 */
export function tally<Label extends string>(
  config: Omit<CounterConfiguration<Label>, "collect">,
): Tally<Label> {
  const { labelNames = [] } = config;
  const sums = new Map<string, { readonly labels: Readonly<Record<Label, string>>; count: number }>();
  new Counter({
    ...config,
    collect() {
      for (const sum of sums.values()) {
        this.inc(sum.labels, sum.count);
        sum.count = 0;
      }
    },
  });
  return {
    inc(labels, by = 1) {
      let key = "";
      for (const name of labelNames) key += `${labels[name]}\n`;
      const sum = sums.get(key);
      if (sum === undefined) sums.set(key, { labels, count: by });
      else sum.count += by;
    },
  };
}
