import { Gauge } from "prom-client";
import type { Metrics } from "./metrics.ts";
import type { RedisWatch } from "./redis-watch.ts";

/** Something that must not go on for long in a process that lives. */
export interface VitalSign {
  /** What is wrong when it does, for the person on call. */
  readonly what: string;
  /** For how long it has been so; 0 when it is not. */
  readonly forMs: () => number;
  /** How long it may be so. */
  readonly limitMs: number;
  /** Whether a new process would do better: this one then ends itself. What lies with Redis no process mends. */
  readonly endsProcess: boolean;
}

export interface VitalSigns extends Disposable {
  /** What is wrong for too long; nothing while the process lives. */
  wrong(): string | undefined;
}

/** Whoever looks at `/live` gets as long again to see it and to act, before the process ends itself. */
export const END_AFTER_LIMITS = 2;

const LOOK_MS = 500;

export const REDIS_AWAY = "Redis does not answer, or takes no writes";

/** Looks at the signs all the time; `end` is called once, when one that a new process would mend is wrong for too long. */
export function watchVitalSigns(
  { registry }: Metrics,
  signs: readonly VitalSign[],
  end: (why: string) => void,
): VitalSigns {
  const beyond = (limits: number) => (sign: VitalSign) => sign.forMs() > sign.limitMs * limits;
  const wrong = (): string | undefined => signs.find(beyond(1))?.what;
  new Gauge({
    name: "hermod_live",
    help: "0 while the process has work and makes no progress.",
    registers: [registry],
    collect() {
      this.set(wrong() === undefined ? 1 : 0);
    },
  });
  const looking = setInterval(() => {
    const sign = signs.filter(({ endsProcess }) => endsProcess).find(beyond(END_AFTER_LIMITS));
    if (sign === undefined) return;
    clearInterval(looking);
    end(sign.what);
  }, LOOK_MS);
  return { wrong, [Symbol.dispose]: () => clearInterval(looking) };
}

/** Without Redis nothing can be taken and nothing recorded. */
export function redisSilent(watch: RedisWatch, limitMs: number): VitalSign {
  return { what: REDIS_AWAY, forMs: watch.silentMs, limitMs, endsProcess: false };
}

/** Redis answers on one connection, and another one does not come back: BullMQ would wait on it for ever. */
export function connectionAway(watch: RedisWatch, link: { awayMs(): number }, limitMs: number): VitalSign {
  return {
    what: "a connection to Redis does not come back, although Redis answers",
    forMs: () => Math.min(link.awayMs(), watch.answeringMs()),
    limitMs,
    endsProcess: true,
  };
}
