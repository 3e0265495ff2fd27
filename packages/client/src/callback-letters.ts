import type { DeadCallback } from "@hermod/broker/callback-queues";
import { ProducerName } from "@hermod/core/message";
import { z } from "zod";
import type { Session } from "./open-session.ts";
import { parsed } from "./parsed-input.ts";
import { openDeadline } from "./within-deadline.ts";

const CallbackName = z.string().regex(/^[0-9a-z]{26}-[a-z]{1,20}$/, "must be an id as dead() tells it");

const DeadOptions = z.strictObject({
  producer: ProducerName.default("default"),
  most: z.int().min(1).max(10_000).default(100),
});

const ReplayOptions = z.strictObject({
  producer: ProducerName.default("default"),
  ids: z.array(CallbackName).exactOptional(),
});

/** Callbacks that were given up: after the last attempt, or because the endpoint said that it is gone. */
export interface CallbackLetters {
  /** The first of a producer's dead callbacks first; at most `most` of them, 100 by default. They are kept for 30 days. */
  dead(options?: { readonly producer?: string; readonly most?: number }): Promise<DeadCallback[]>;
  /** Posts dead callbacks anew, with all attempts before them: all of a producer's, or those with these ids. Returns how many. */
  replay(options?: { readonly producer?: string; readonly ids?: readonly string[] }): Promise<number>;
}

/** Looked at, and begun anew, in about one round trip. */
const PAGE = 500;
const AT_ONCE = 50;

export function callbackLetters({ current }: Session, closed: AbortSignal): CallbackLetters {
  return {
    async dead(options = {}) {
      const { producer, most } = parsed(DeadOptions, options);
      return await openDeadline(closed).within(async () =>
        (await current()).callbacks.dead(producer, 0, most),
      );
    },
    async replay(options = {}) {
      const { producer, ids } = parsed(ReplayOptions, options);
      const deadline = openDeadline(closed);
      const { callbacks } = await deadline.within(current);
      const wanted = [...(ids ?? [])];
      for (let from = 0, more = ids === undefined; more; from += PAGE) {
        const page = await deadline.within(() => callbacks.dead(producer, from, PAGE));
        deadline.renew();
        wanted.push(...page.map(({ id }) => id));
        more = page.length === PAGE;
      }
      let count = 0;
      for (let start = 0; start < wanted.length; start += AT_ONCE) {
        const some = wanted.slice(start, start + AT_ONCE);
        count += await deadline.within(() => callbacks.replay(producer, some));
        deadline.renew();
      }
      return count;
    },
  };
}
