import { setInterval } from "node:timers";
import { epochSeconds } from "./answers.ts";
import { type BitelMessage, type Status, statusOfStep } from "./message.ts";

/** Where events go, and the shape where docs/providers/bitel.md §5 leaves it open. */
export interface PushTarget {
  readonly url: string;
  /** JSON when absent. */
  readonly encoding?: "json" | "form";
  /** The word when absent. */
  readonly deliveryStatus?: "word" | "code";
  /** Puts the event in `{ result: … }`. */
  readonly wrapped?: boolean;
  /** How often the events of a message are posted: 0 loses them, 2 repeats them; once when absent. */
  readonly times?: (message: BitelMessage) => number;
}

/** An event that was posted. Nothing is posted again whatever the answer: no document knows of a retry. */
export interface PushedEvent {
  readonly id: string;
  readonly status: string;
  /** When it was posted, epoch ms. */
  readonly at: number;
  /** The HTTP status of the answer; absent until, and unless, there is one. */
  answered?: number;
}

export interface Pusher extends AsyncDisposable {
  readonly pushed: readonly PushedEvent[];
  /** Takes effect for messages that are accepted from now on. */
  setTarget(target: PushTarget | undefined): void;
  follow(message: BitelMessage): void;
}

interface DueEvent {
  readonly message: BitelMessage;
  readonly status: Status;
  readonly dueAt: number;
  readonly target: PushTarget;
}

/** Often enough that an event seems to come at its time, by whatever clock. */
const LOOK_EVERY_MS = 20;
const TIMEOUT_MS = 10_000;

/** Posts an event when a message concludes, by the given clock: a request for every event. */
export function openPusher(now: () => number): Pusher {
  const stop = new AbortController();
  const pushed: PushedEvent[] = [];
  const running = new Set<Promise<void>>();
  let target: PushTarget | undefined;
  let waiting: DueEvent[] = [];
  let timer: NodeJS.Timeout | undefined;

  function start(event: DueEvent): void {
    const posting = post(event, now(), pushed, stop.signal).finally(() => running.delete(posting));
    running.add(posting);
  }

  function look(): void {
    const time = now();
    const due = waiting.filter(({ dueAt }) => dueAt <= time).sort((a, b) => a.dueAt - b.dueAt);
    if (due.length === 0) return;
    waiting = waiting.filter(({ dueAt }) => dueAt > time);
    if (waiting.length === 0) rest();
    for (const event of due) start(event);
  }

  function rest(): void {
    clearInterval(timer);
    timer = undefined;
  }

  return {
    pushed,
    setTarget(next) {
      target = next;
    },
    follow(message) {
      if (target === undefined || stop.signal.aborted) return;
      waiting.push(...eventsOf(message, target));
      if (waiting.length > 0) timer ??= setInterval(look, LOOK_EVERY_MS);
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      rest();
      await Promise.all(running);
    },
  };
}

/** "When the request is concluded": every status but those on the way, so that a late delivery is told too. */
function eventsOf(message: BitelMessage, target: PushTarget): DueEvent[] {
  const times = target.times?.(message) ?? 1;
  return message.plan.steps
    .filter(({ status }) => status !== "WAITING" && status !== "CHECK_OK")
    .map((step) => ({ message, target, status: statusOfStep(step), dueAt: message.at + step.afterMs }))
    .flatMap((event) => Array.from({ length: times }, () => event));
}

async function post(event: DueEvent, at: number, pushed: PushedEvent[], stop: AbortSignal): Promise<void> {
  const entry: PushedEvent = { id: event.message.id, status: event.status.word, at };
  pushed.push(entry);
  const signal = AbortSignal.any([stop, AbortSignal.timeout(TIMEOUT_MS)]);
  const request = { method: "POST", body: bodyOf(event), redirect: "manual", signal } as const;
  const headers = event.target.encoding === "form" ? undefined : { "content-type": "application/json" };
  try {
    const response = await fetch(event.target.url, headers === undefined ? request : { ...request, headers });
    entry.answered = response.status;
    await response.body?.cancel();
  } catch {
    // A receiver that is away has missed the event; the entry without an answer tells so.
  }
}

function bodyOf({ message, status, target }: DueEvent): string | URLSearchParams {
  const event: Readonly<Record<string, string | number>> = {
    requestId: message.id,
    ...(message.batchId === undefined ? {} : { batchId: message.batchId }),
    balanceSubtracted: message.cost,
    // Listed, though it seems to be a word of the voice page.
    cause: "",
    smsCount: message.parts,
    requestDate: epochSeconds(message),
    deliveryStatus: target.deliveryStatus === "code" ? (status.code ?? status.word) : status.word,
  };
  if (target.encoding === "form")
    return new URLSearchParams(Object.entries(event).map(([key, value]) => [key, String(value)]));
  return JSON.stringify(target.wrapped === true ? { result: event } : event);
}
