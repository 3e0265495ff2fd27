import type { Followed } from "./figures.ts";
import { GIVE_UP_SECONDS } from "./routes.ts";
import type { TraceClass } from "./scenarios.ts";
import type { Trace } from "./trace.ts";

/** A policy that follows messages. Times are in seconds. */
export interface Follower {
  sent(id: number, at: number, route: string, traceClass: TraceClass): void;
  next(at: number): readonly number[] | null;
  result(id: number, at: number, final: boolean, finishedAt: number | null): void;
  hookFinal(id: number, at: number, finishedAt: number): void;
  failed(ids: readonly number[], at: number, retryAfter?: number): void;
}

/** How the provider behaves. */
export interface ProviderTerms {
  /** How long a status request takes. */
  readonly answerSeconds?: number;
  /** Within these seconds it refuses every request. */
  readonly refuses?: readonly [from: number, to: number];
}

/** A request that went out. */
export interface ReplayedRequest {
  readonly atSeconds: number;
  readonly ids: readonly number[];
  readonly refused: boolean;
}

export interface Replayed extends Followed {
  readonly sentRequests: readonly ReplayedRequest[];
}

const TICK_SECONDS = 0.5;

/** Plays a trace to a policy, and tells what it did. */
export function replay(trace: Trace, follower: Follower, terms: ProviderTerms = {}): Replayed {
  const { messages } = trace;
  const { answerSeconds = 0, refuses: [down, up] = [0, 0] } = terms;
  const detectedAfterSeconds = new Float64Array(messages.length).fill(Number.POSITIVE_INFINITY);
  const pushes = pushesOf(trace);
  const sentRequests: ReplayedRequest[] = [];
  let answered = 0;
  let sent = 0;
  let pushed = 0;

  const detect = (id: number, at: number): void => {
    if (Number.isFinite(detectedAfterSeconds[id])) return;
    detectedAfterSeconds[id] = at - (messages[id]?.sentSeconds ?? 0);
  };

  const answer = ({ ids, refused, atSeconds }: ReplayedRequest, at: number): void => {
    if (refused) {
      follower.failed(ids, at);
      return;
    }
    for (const id of ids) {
      const message = messages[id];
      // The provider tells what was so when it was asked.
      const final = message !== undefined && message.sentSeconds + message.finalAfterSeconds <= atSeconds;
      if (final) detect(id, at);
      follower.result(id, at, final, null);
    }
  };

  const end = (messages.at(-1)?.sentSeconds ?? 0) + GIVE_UP_SECONDS + 60;
  for (let at = 0; at < end; at += TICK_SECONDS) {
    for (let next = messages[sent]; next !== undefined && next.sentSeconds <= at; next = messages[sent]) {
      follower.sent(sent, next.sentSeconds, next.route, next.traceClass);
      sent++;
    }
    for (let push = pushes[pushed]; push !== undefined && push.at <= at; push = pushes[pushed]) {
      follower.hookFinal(push.id, push.at, push.finalAt);
      detect(push.id, push.at);
      pushed++;
    }
    const answerDue = (): void => {
      for (;;) {
        const request = sentRequests[answered];
        if (request === undefined || request.atSeconds + answerSeconds > at) return;
        answered++;
        answer(request, at);
      }
    };
    answerDue();
    for (let ids = follower.next(at); ids !== null; ids = follower.next(at)) {
      sentRequests.push({ atSeconds: at, ids, refused: at >= down && at < up });
      answerDue();
    }
  }
  return { detectedAfterSeconds, sentRequests, ...countsOf(sentRequests) };
}

interface Push {
  readonly id: number;
  readonly at: number;
  readonly finalAt: number;
}

function pushesOf({ messages }: Trace): Push[] {
  return messages
    .map(({ sentSeconds, finalAfterSeconds, pushAfterSeconds }, id) => {
      return { id, at: sentSeconds + pushAfterSeconds, finalAt: sentSeconds + finalAfterSeconds };
    })
    .filter(({ at }) => Number.isFinite(at))
    .sort((a, b) => a.at - b.at);
}

function countsOf(sentRequests: readonly ReplayedRequest[]): Omit<Followed, "detectedAfterSeconds"> {
  const requestsInSecond = new Map<number, number>();
  let ids = 0;
  for (const request of sentRequests) {
    const second = Math.floor(request.atSeconds);
    requestsInSecond.set(second, (requestsInSecond.get(second) ?? 0) + 1);
    ids += request.ids.length;
  }
  return { requestsInSecond, requests: sentRequests.length, ids };
}
