import type { Replayed } from "./replay.ts";
import type { Trace } from "./trace.ts";

/** What a provider asks of those who ask for status. */
export interface Rules {
  readonly answerSeconds: number;
  readonly perSecond: number;
  readonly burst: number;
  /** How long it is left alone after it refused a request. */
  readonly pauseSeconds: number;
}

const UNLIMITED: Rules = {
  answerSeconds: 0,
  perSecond: Number.POSITIVE_INFINITY,
  burst: Number.POSITIVE_INFINITY,
  pauseSeconds: 30,
};

/** Every rule that a replay broke, in words; the same rule once. */
export function brokenRules({ scenario, messages }: Trace, replayed: Replayed, rules = UNLIMITED): string[] {
  const broken = new Set<string>();
  const answeredAt = new Float64Array(messages.length).fill(Number.NEGATIVE_INFINITY);
  const over = new Uint8Array(messages.length);
  let level = 0;
  let before = 0;
  let refusedAt = Number.NEGATIVE_INFINITY;
  for (const { atSeconds, ids, refused } of replayed.sentRequests) {
    if (ids.length === 0) broken.add("an empty request");
    if (ids.length > scenario.batch) broken.add("a request above the batch");
    // A bucket that leaks at the allowed rate runs over just when some window holds too many requests.
    level = Math.max(0, level - (atSeconds - before) * rules.perSecond) + 1;
    before = atSeconds;
    if (level > rules.burst + 1e-9) broken.add("more requests than the budget");
    if (atSeconds > refusedAt + rules.answerSeconds && atSeconds < refusedAt + rules.pauseSeconds) {
      broken.add("a request during a pause");
    }
    if (refused) refusedAt = atSeconds;
    for (const id of ids) {
      if ((answeredAt[id] ?? 0) > atSeconds) broken.add("an id in two requests at once");
      if (over[id] === 1) broken.add("a request for what is final");
      answeredAt[id] = atSeconds + rules.answerSeconds;
      const message = messages[id];
      if (!refused && message !== undefined && message.sentSeconds + message.finalAfterSeconds <= atSeconds) {
        over[id] = 1;
      }
    }
  }
  for (const [id, { finalAfterSeconds }] of messages.entries()) {
    const undetected = !Number.isFinite(replayed.detectedAfterSeconds[id]);
    if (undetected && Number.isFinite(finalAfterSeconds)) broken.add("a final that nobody noticed");
  }
  return [...broken];
}
