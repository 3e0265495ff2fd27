import { type Learned, nextGapMs } from "@hermod/core/polling/gap";
import { type LanePrices, type PollTerms, pricesFor } from "@hermod/core/polling/poll-terms";
import {
  PUSH_GRACE_MS,
  type PushHealth,
  pushCame,
  pushMissed,
  silenceOf,
  UNKNOWN_PUSHES,
} from "@hermod/core/polling/push-health";
import { chooseRequest, earnsAt, unpaidForMs } from "@hermod/core/polling/request";
import { type StatusBudget, spendRequest } from "@hermod/core/polling/status-budget";
import { answered, asked, mayAsk, OPEN, refused, type StatusPause } from "@hermod/core/polling/status-pause";
import { DueQueue } from "./polling/due-queue.ts";
import { LearnedRoute } from "./polling/learned-route.ts";

/** The lanes by the names that traces give them. */
const LANES = { otp: "urgent", txn: "normal", bulk: "bulk" } as const;
type TraceClass = keyof typeof LANES;

export interface StatusPollerSettings {
  /** Whether the provider pushes final reports. */
  readonly webhook?: boolean;
  /** Whether the time to final is learned; if not, the formula serves for ever. */
  readonly learn?: boolean;
  /** Economy, when above 0. */
  readonly relGap?: number;
  /** All prices, times this. */
  readonly priceFactor?: number;
  /** Status requests a second, and at once. */
  readonly rate?: number;
  readonly burst?: number;
  /** Age of the last look, in seconds. */
  readonly giveUp?: number;
}

interface Followed {
  readonly id: number;
  readonly sentAt: number;
  readonly lane: (typeof LANES)[TraceClass];
  readonly route: LearnedRoute;
  /** Whether it lies in the queue; if not, it is being asked about. */
  waiting: boolean;
  lookedAt: number;
  dueAt: number;
  gapMs: number;
}

const SHORTEST_SLEEP_MS = 500;
const LONGEST_SLEEP_MS = 30_000;

/**
 * Follows the messages of one account in memory by the policy in `core`, for replays of traces: times are arguments, in seconds.
 * The same decisions lie behind poller and worker, with Redis in between.
 */
export class StatusPoller {
  readonly #terms: PollTerms;
  readonly #settings: StatusPollerSettings;
  readonly #random: () => number;
  readonly #followed = new Map<number, Followed>();
  readonly #queue = new DueQueue<Followed>();
  readonly #routes = new Map<string, LearnedRoute>();
  readonly #pushesAwaited = new Map<number, number>();
  #pushes: PushHealth = UNKNOWN_PUSHES;
  #budget: StatusBudget;
  #pause: StatusPause = OPEN;
  #sleepUntil = 0;

  constructor(batch: number, settings: StatusPollerSettings = {}, random: () => number = Math.random) {
    this.#settings = settings;
    this.#random = random;
    this.#terms = {
      batch,
      minMs: 1000,
      maxMs: 600_000,
      horizonMs: (settings.giveUp ?? 90_000) * 1000,
      economy: (settings.relGap ?? 0) > 0,
      prices: scaled(pricesFor(batch), settings.priceFactor ?? 1),
    };
    this.#budget = { tokens: settings.burst ?? 5, at: 0 };
  }

  /** A provider took a message. */
  sent(id: number, at: number, route: string, traceClass: TraceClass): void {
    const sentAt = at * 1000;
    const lane = LANES[traceClass];
    const message = {
      id,
      sentAt,
      lane,
      route: this.#route(route),
      waiting: false,
      lookedAt: sentAt,
      dueAt: 0,
      gapMs: 0,
    };
    this.#followed.set(id, message);
    this.#plan(message);
  }

  /** The ids of a request that is worth it now, or null. Asked again at the same time, the next one. */
  next(at: number): number[] | null {
    const now = at * 1000;
    this.#countMissedPushes(now);
    if (now < this.#sleepUntil || !mayAsk(this.#pause, now)) return null;
    const earliest = this.#earliest();
    const chosen = chooseRequest(earliest, now, this.#terms);
    if (chosen.length === 0) {
      this.#sleepUntil = now + unpaidForMs(earliest, now, this.#terms, SHORTEST_SLEEP_MS, LONGEST_SLEEP_MS);
    }
    const goes = chosen.length > 0 && this.#spend(now);
    if (goes) {
      for (const message of chosen) message.waiting = false;
      this.#pause = asked(this.#pause, now);
    }
    for (const message of earliest) if (message.waiting) this.#queue.push(message);
    return goes ? chosen.map(({ id }) => id) : null;
  }

  /** What a request found; `finishedAt` where the provider tells when. */
  result(id: number, at: number, final: boolean, finishedAt: number | null = null): void {
    this.#pause = answered(this.#pause);
    const message = this.#followed.get(id);
    if (message === undefined) return;
    const now = at * 1000;
    if (final) {
      this.#learnFinal(message, now, finishedAt);
      this.#followed.delete(id);
      if (this.#settings.webhook) this.#pushesAwaited.set(id, now + PUSH_GRACE_MS);
      return;
    }
    message.route.pending(message.lookedAt - message.sentAt, now - message.sentAt);
    message.lookedAt = now;
    this.#plan(message);
  }

  /** The provider pushed a final report. */
  hookFinal(id: number, at: number, finishedAt: number | null = null): void {
    this.#pushesAwaited.delete(id);
    this.#pushes = pushCame(this.#pushes);
    const message = this.#followed.get(id);
    if (message === undefined) return;
    this.#learnFinal(message, at * 1000, finishedAt ?? at);
    this.#followed.delete(id);
    this.#sleepUntil = 0;
  }

  /** Replays tell of pushes that did not come for a minute. The policy has counted them long before. */
  hookCounted(_came: boolean): void {}

  /** The provider refused a request for these ids. */
  failed(ids: readonly number[], at: number, retryAfter?: number): void {
    this.#pause = refused(at * 1000, retryAfter === undefined ? undefined : retryAfter * 1000);
    for (const id of ids) {
      const message = this.#followed.get(id);
      if (message !== undefined) this.#await(message);
    }
  }

  #plan(message: Followed): void {
    const { lookedAt, sentAt, lane, route } = message;
    const learned: Learned = {
      curve: this.#settings.learn === false ? undefined : route.curve,
      silence: this.#settings.webhook ? silenceOf(this.#pushes) : 1,
    };
    const gapMs = nextGapMs({ ageMs: lookedAt - sentAt, lane }, this.#terms, learned, this.#random());
    if (gapMs === undefined) {
      this.#followed.delete(message.id);
      return;
    }
    message.gapMs = gapMs;
    message.dueAt = lookedAt + gapMs;
    this.#await(message);
  }

  #await(message: Followed): void {
    message.waiting = true;
    this.#queue.push(message);
    this.#sleepUntil = Math.min(this.#sleepUntil, earnsAt(message, this.#terms.batch));
  }

  /** Takes the messages that are due first out of the queue, as many as fit into a request. */
  #earliest(): Followed[] {
    const earliest: Followed[] = [];
    while (earliest.length < this.#terms.batch) {
      const message = this.#queue.pop();
      if (message === undefined) break;
      if (this.#followed.has(message.id)) earliest.push(message);
    }
    return earliest;
  }

  #spend(now: number): boolean {
    const { rate, burst = 5 } = this.#settings;
    if (rate === undefined || rate === Number.POSITIVE_INFINITY) return true;
    const terms = { perSecond: rate, burst: Math.max(burst, rate / 2), reserve: 0 };
    const left = spendRequest(this.#budget, now, terms);
    if (left === undefined) return false;
    this.#budget = left;
    return true;
  }

  #route(name: string): LearnedRoute {
    const known = this.#routes.get(name);
    if (known !== undefined) return known;
    const route = new LearnedRoute();
    this.#routes.set(name, route);
    return route;
  }

  #learnFinal({ route, lookedAt, sentAt }: Followed, now: number, finishedAt: number | null): void {
    route.final({
      fromAgeMs: lookedAt - sentAt,
      toAgeMs: now - sentAt,
      finishedAgeMs: finishedAt === null ? undefined : finishedAt * 1000 - sentAt,
      chance: this.#random(),
    });
  }

  #countMissedPushes(now: number): void {
    for (const [id, until] of this.#pushesAwaited) {
      if (until > now) return;
      this.#pushesAwaited.delete(id);
      this.#pushes = pushMissed(this.#pushes);
    }
  }
}

function scaled({ urgent, normal, bulk }: LanePrices, factor: number): LanePrices {
  return {
    urgent: { ...urgent, latenessMs: urgent.latenessMs * factor },
    normal: { ...normal, latenessMs: normal.latenessMs * factor },
    bulk: { ...bulk, latenessMs: bulk.latenessMs * factor },
  };
}
