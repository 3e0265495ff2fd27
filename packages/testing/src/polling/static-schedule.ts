import { type Figures, figuresOf } from "./figures.ts";
import { GIVE_UP_SECONDS } from "./routes.ts";
import type { Trace, TraceMessage } from "./trace.ts";

/** The wait before check n of a message, counted from 0. */
export type Waits = (check: number) => number;

/** The usual design: 2 s, then twice as long each time, and never more than 10 min. */
export const exponentialBackoff: Waits = (check) => Math.min(600, 2 * 2 ** check);

/**
 * Follows every message by a timer of its own, which a push ends. With `tickSeconds`, checks wait for the next tick and share
 * requests there; without, each is a request.
 */
export function followByTimer(trace: Trace, waits: Waits, tickSeconds?: number): Figures {
  const detectedAfterSeconds = new Float64Array(trace.messages.length).fill(Number.POSITIVE_INFINITY);
  const idsAt = new Map<number, number>();
  let ids = 0;
  for (const [id, message] of trace.messages.entries()) {
    detectedAfterSeconds[id] = detect(message, waits, tickSeconds, (atSeconds) => {
      // Ticks are counted, so that they are the same number for every message.
      const slot = tickSeconds === undefined ? Math.floor(atSeconds) : Math.round(atSeconds / tickSeconds);
      idsAt.set(slot, (idsAt.get(slot) ?? 0) + 1);
      ids++;
    });
  }
  const perRequest = tickSeconds === undefined ? 1 : trace.scenario.batch;
  const requestsInSecond = new Map<number, number>();
  let requests = 0;
  for (const [slot, count] of idsAt) {
    const needed = Math.ceil(count / perRequest);
    const second = tickSeconds === undefined ? slot : Math.floor(slot * tickSeconds);
    requestsInSecond.set(second, (requestsInSecond.get(second) ?? 0) + needed);
    requests += needed;
  }
  return figuresOf(trace, { detectedAfterSeconds, requestsInSecond, requests, ids });
}

function detect(
  { sentSeconds, finalAfterSeconds, pushAfterSeconds }: TraceMessage,
  waits: Waits,
  tickSeconds: number | undefined,
  onCheck: (atSeconds: number) => void,
): number {
  let age = 0;
  for (let check = 0; ; check++) {
    age += waits(check);
    let at = sentSeconds + age;
    if (tickSeconds !== undefined) {
      at = Math.ceil(at / tickSeconds) * tickSeconds;
      age = at - sentSeconds;
    }
    if (pushAfterSeconds <= age) return pushAfterSeconds;
    if (age > GIVE_UP_SECONDS) return Number.POSITIVE_INFINITY;
    onCheck(at);
    if (finalAfterSeconds <= age) return age;
  }
}
