import type { RedisWatch } from "@hermod/service/redis-watch";
import type { VitalSign } from "@hermod/service/vital-signs";

/** Knows whether a loop comes round. */
export interface Rounds {
  readonly sign: VitalSign;
  /** The same round, each end of which is told. A failed one came round too: it is reported, and the next one follows. */
  counted<T>(act: () => Promise<T>): () => Promise<T>;
}

/** Watches a loop that should come round many times within the limit, for as long as Redis answers. */
export function watchRounds(what: string, watch: RedisWatch, limitMs: number): Rounds {
  let lastAt = performance.now();
  return {
    sign: {
      what: `the loop "${what}" does not come round`,
      forMs: () => Math.min(performance.now() - lastAt, watch.answeringMs()),
      limitMs,
      endsProcess: true,
    },
    counted: (act) => async () => {
      try {
        return await act();
      } finally {
        lastAt = performance.now();
      }
    },
  };
}
