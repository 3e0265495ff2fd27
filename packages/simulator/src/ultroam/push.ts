import { setInterval } from "node:timers";
import { reportItem, resultItem } from "./answers.ts";
import { type BoxClock, boxTime } from "./box-time.ts";
import { reportsOf, standingOf, type UltroamMessage } from "./message.ts";
import type { UltroamStep } from "./plan.ts";

/** Where events go, and their shape where docs/providers/ultroam.md §8 leaves it open. */
export interface PushTarget {
  readonly url: string;
  /** The types that are switched on; both when absent. */
  readonly events?: readonly PushKey[];
  /** The `user_id` of a result: absent as in the example, null as a client says, or as it was sent. */
  readonly userId?: "null" | "sent";
  /** Word for word with the irregularities that the examples print (G3). */
  readonly misprinted?: boolean;
  /** The report and the result that come together in one body, one JSON value after the other. */
  readonly successive?: boolean;
  /** How often the events of a message are posted: 0 loses them, 2 repeats them; once when absent. */
  readonly times?: (message: UltroamMessage) => number;
}

type PushKey = "sms_result" | "sms_deliver_status";

/** A body that was posted. Nothing is posted again whatever the answer: no document knows of a retry. */
export interface PushedEvent {
  /** The id of the message in the log. */
  readonly id: string;
  readonly body: string;
  /** When it was posted, epoch ms. */
  readonly at: number;
  /** The HTTP status of the answer; absent until, and unless, there is one. */
  answered?: number;
}

export interface Pusher extends AsyncDisposable {
  readonly pushed: readonly PushedEvent[];
  /** Takes effect for messages that are taken from now on. */
  setTarget(target: PushTarget | undefined): void;
  follow(message: UltroamMessage): void;
  /** Follows no message any more that a reboot has made the box forget. */
  forget(): void;
}

interface PushSource extends BoxClock {
  readonly sn: string;
  readonly leavesAt: (message: UltroamMessage) => number;
}

interface Followed {
  readonly message: UltroamMessage;
  readonly target: PushTarget;
  /** The index of the step that comes next. */
  next: number;
}

/** Often enough that an event seems to come at its time, by whatever clock. */
const LOOK_EVERY_MS = 20;
const TIMEOUT_MS = 10_000;

/** Posts events when a followed message gets on, by the given clock. */
export function openPusher(source: PushSource, now: () => number): Pusher {
  const stop = new AbortController();
  const pushed: PushedEvent[] = [];
  const running = new Set<Promise<void>>();
  let target: PushTarget | undefined;
  let followed: Followed[] = [];
  let timer: NodeJS.Timeout | undefined;

  function start({ url }: PushTarget, id: string, body: string): void {
    const entry = { id, body, at: now() };
    pushed.push(entry);
    const posting = post(url, entry, stop.signal).finally(() => running.delete(posting));
    running.add(posting);
  }

  function look(): void {
    const time = now();
    for (const one of followed) {
      for (const step of dueSteps(one, time, source))
        for (const body of bodiesOf(one, step, source)) start(one.target, one.message.id, body);
    }
    followed = followed.filter(({ message, next }) => next < message.plan.steps.length);
    if (followed.length === 0) rest();
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
      followed.push({ message, target, next: 0 });
      timer ??= setInterval(look, LOOK_EVERY_MS);
    },
    forget() {
      followed = followed.filter(({ message }) => source.leavesAt(message) > now() && message.lost !== true);
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      rest();
      await Promise.all(running);
    },
  };
}

/** The steps it has come to and nobody has told of, once. */
function dueSteps(followed: Followed, time: number, { leavesAt }: PushSource): readonly UltroamStep[] {
  const { message, next } = followed;
  const due = message.plan.steps.slice(next).filter(({ afterMs }) => leavesAt(message) + afterMs <= time);
  followed.next += due.length;
  return due;
}

/** The report first: it is what the box learns the result from. */
function bodiesOf({ message, target }: Followed, step: UltroamStep, source: PushSource): readonly string[] {
  const { events, userId, successive, misprinted = false, times } = target;
  const leftAt = source.leavesAt(message);
  const reportTime = boxTime(leftAt + step.afterMs, source);
  const items: Readonly<Record<PushKey, readonly object[]>> = {
    sms_deliver_status: reportsOf(message, step).map((report) => reportItem(message, report, reportTime)),
    sms_result:
      step.status === "SENDING" ? [] : [pushedResult(message, step, boxTime(leftAt, source), userId)],
  };
  const bodies = (["sms_deliver_status", "sms_result"] as const)
    .filter((key) => items[key].length > 0 && (events?.includes(key) ?? true))
    .map((key) => {
      const body = JSON.stringify({ sn: source.sn, [key]: items[key] });
      return misprinted ? MISPRINT[key](body) : body;
    });
  const together = successive === true && bodies.length > 0 ? [bodies.join("\n")] : bodies;
  return Array.from({ length: times?.(message) ?? 1 }, () => together).flat();
}

function pushedResult(
  { userId, ...message }: UltroamMessage,
  step: UltroamStep,
  time: string,
  how: PushTarget["userId"],
): object {
  const shown = how === "sent" && userId !== undefined ? { ...message, userId } : message;
  return resultItem(shown, standingOf(message, step), time, how === "null" ? { noUserId: "null" } : {});
}

/** As the push examples print them. */
const MISPRINT: Readonly<Record<PushKey, (body: string) => string>> = {
  sms_result: (body) =>
    body
      .replaceAll('"ref_id"', '"ref_i d"')
      .replaceAll('"number":"', '"number":" ')
      .replaceAll(/("time":"[\d-]+) /g, "$1\\n"),
  sms_deliver_status: (body) =>
    body.replaceAll(/("imsi":"\d+)"/g, '$1 "').replaceAll(/("time":"[\d-]+) /g, "$1"),
};

async function post(url: string, entry: PushedEvent, stop: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(TIMEOUT_MS)]);
  const headers = { "content-type": "application/json" };
  try {
    const response = await fetch(url, {
      method: "POST",
      headers,
      body: entry.body,
      redirect: "manual",
      signal,
    });
    entry.answered = response.status;
    await response.body?.cancel();
  } catch {
    // A receiver that is away has missed the event; the entry without an answer tells so.
  }
}
