import type { Priority } from "@hermod/core/message";
import { dueOfScore } from "@hermod/core/polling/due-score";
import { earnsAt, unpaidForMs } from "@hermod/core/polling/request";
import type { FollowedMessage } from "@hermod/providers/provider";
import { type Figures, figuresOf } from "@hermod/testing/polling/figures";
import type { TraceClass } from "@hermod/testing/polling/scenarios";
import { seededRandom } from "@hermod/testing/polling/seeded-random";
import type { Trace } from "@hermod/testing/polling/trace";
import { openReplayedAccount } from "./replayed-account.ts";

const LANES: Readonly<Record<TraceClass, Priority>> = { otp: "urgent", txn: "normal", bulk: "bulk" };

const TICK_MS = 500;
const LONGEST_SLEEP_MS = 30_000;

/** When the first message of a trace is sent, by the time that is told. */
const START = Math.floor(Date.now() / 1000) * 1000;

export interface Replayed {
  readonly figures: Figures;
  /** What must never happen, in words. */
  readonly broken: readonly string[];
}

export interface ReplayOptions {
  readonly trace: Trace;
  readonly seed: number;
  readonly giveUpSeconds: number;
  readonly statusPerSecond: number;
  /** Within these seconds the provider refuses every status request. */
  readonly refuses: readonly [from: number, to: number];
  readonly redisUrl: string;
  readonly namespace: string;
}

/** Has the real thing follow a trace, second by second of its time but as fast as it can. */
export async function replayForReal(options: ReplayOptions): Promise<Replayed> {
  const { trace, seed, giveUpSeconds, statusPerSecond, redisUrl, namespace } = options;
  const [down, up] = options.refuses;
  const { messages, scenario } = trace;
  const { batch } = scenario;
  const random = seededRandom(seed + 9000);
  const broken: string[] = [];
  const onTheWire = new Set<string>();
  const requestsInSecond = new Map<number, number>();
  let requests = 0;
  let ids = 0;
  let seconds = 0;
  await using account = await openReplayedAccount({
    redisUrl,
    namespace,
    batch,
    startAt: START,
    giveUpMs: giveUpSeconds * 1000,
    statusPerSecond,
    refuses: () => seconds >= down && seconds < up,
    finalAfterMs: (text) => (messages[Number(text)]?.finalAfterSeconds ?? Number.POSITIVE_INFINITY) * 1000,
    chance: () => random.uniform(),
    asked(asked: readonly FollowedMessage[]) {
      requests += 1;
      ids += asked.length;
      const second = Math.floor(seconds);
      requestsInSecond.set(second, (requestsInSecond.get(second) ?? 0) + 1);
      if (asked.length > batch) broken.push(`a request about ${asked.length} messages at ${seconds} s`);
      for (const { id } of asked) {
        if (onTheWire.has(id)) broken.push(`a message in two requests at ${seconds} s`);
        onTheWire.add(id);
      }
    },
    answered(asked) {
      for (const { id } of asked) onTheWire.delete(id);
    },
  });

  const sent: string[] = [];
  const terms = { batch, maxMs: 600_000 };
  const endSeconds = (messages.at(-1)?.sentSeconds ?? 0) + giveUpSeconds + 120;
  /** No tick before this one is worth a look: nothing can have been paid for. */
  let wakeMs = 0;
  for (let atMs = 0; atMs < endSeconds * 1000; atMs += TICK_MS) {
    for (let next = messages[sent.length]; next !== undefined; next = messages[sent.length]) {
      if (next.sentSeconds * 1000 > atMs) break;
      await account.setTime(START + Math.round(next.sentSeconds * 1000));
      sent.push(await account.send(String(sent.length), next.route, LANES[next.traceClass]));
      wakeMs = 0;
    }
    if (atMs < wakeMs) continue;
    seconds = atMs / 1000;
    await account.setTime(START + atMs);
    await account.look();
    const waiting = (await account.firstScores()).map(dueOfScore);
    const now = START + atMs;
    const sleepMs = unpaidForMs(waiting, now, terms, TICK_MS, LONGEST_SLEEP_MS);
    const earliest = Math.min(...waiting.map((one) => earnsAt(one, batch)));
    // A message that is sent meanwhile wakes the planner, as its entry in the due index would.
    wakeMs = atMs + Math.max(sleepMs, Math.floor((earliest - now) / TICK_MS) * TICK_MS);
  }

  const finals = await Promise.all(sent.map((id) => account.finalAt(id)));
  const detectedAfterSeconds = Float64Array.from(messages, ({ sentSeconds, finalAfterSeconds }, index) => {
    const at = finals[index] ?? Number.POSITIVE_INFINITY;
    if (Number.isFinite(finalAfterSeconds) && !Number.isFinite(at))
      broken.push(`final ${index} is unnoticed`);
    return (at - START) / 1000 - sentSeconds;
  });
  broken.push(...overBudget(requestsInSecond, statusPerSecond), ...hasty(requestsInSecond, [down, up]));
  const figures = figuresOf(trace, { detectedAfterSeconds, requestsInSecond, requests, ids });
  return { figures, broken };
}

/** Half a second's requests may have gathered before a second begins. */
function overBudget(requestsInSecond: ReadonlyMap<number, number>, perSecond: number): string[] {
  const most = perSecond + Math.max(1, perSecond / 2);
  return [...requestsInSecond]
    .filter(([, count]) => count > most)
    .map(([second, count]) => `${count} requests in second ${second}, of ${perSecond}`);
}

/** While it is refused, an account rests for 1 s, then for twice as long each time, up to 30 s; then one request tries. */
function hasty(
  requestsInSecond: ReadonlyMap<number, number>,
  [down, up]: readonly [number, number],
): string[] {
  const refused = [...requestsInSecond].filter(([second]) => second >= down && second < up);
  return refused.slice(1).flatMap(([second, count], index) => {
    const restSeconds = Math.min(30, 2 ** index);
    const since = second - (refused[index]?.[0] ?? 0);
    // Seconds are whole ones here, so that a rest may seem shorter by one.
    return count > 1 || since < restSeconds - 1
      ? [`${count} requests in second ${second}, ${since} s after the last refusal`]
      : [];
  });
}
