import { setInterval } from "node:timers";

/** A statement about a message that is posted at its time. */
export interface DueEvent {
  readonly id: string;
  /** The word that it tells, for the log. */
  readonly status: string;
  /** Epoch ms. */
  readonly dueAt: number;
  readonly url: string;
  readonly contentType?: string;
  readonly body: string | URLSearchParams;
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

export interface EventPusher<Message, Target> extends AsyncDisposable {
  readonly pushed: readonly PushedEvent[];
  /** Takes effect for messages that are accepted from now on. */
  setTarget(target: Target | undefined): void;
  follow(message: Message): void;
}

/** Often enough that an event seems to come at its time, by whatever clock. */
const LOOK_EVERY_MS = 20;
const TIMEOUT_MS = 10_000;

/** Posts the events of the messages that it follows, each at its time by the given clock, in a request of its own. */
export function openEventPusher<Message, Target>(
  now: () => number,
  eventsOf: (message: Message, target: Target) => readonly DueEvent[],
): EventPusher<Message, Target> {
  const stop = new AbortController();
  const pushed: PushedEvent[] = [];
  const running = new Set<Promise<void>>();
  let target: Target | undefined;
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

async function post(event: DueEvent, at: number, pushed: PushedEvent[], stop: AbortSignal): Promise<void> {
  const { id, status, url, body, contentType } = event;
  const entry: PushedEvent = { id, status, at };
  pushed.push(entry);
  const signal = AbortSignal.any([stop, AbortSignal.timeout(TIMEOUT_MS)]);
  const request = { method: "POST", body, redirect: "manual", signal } as const;
  try {
    const response = await fetch(
      url,
      contentType === undefined ? request : { ...request, headers: { "content-type": contentType } },
    );
    entry.answered = response.status;
    await response.body?.cancel();
  } catch {
    // A receiver that is away has missed the event; the entry without an answer tells so.
  }
}
