import type { DueEvent } from "../event-pusher.ts";
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

/** "When the request is concluded": every status but those on the way, so that a late delivery is told too. */
export function eventsOf(message: BitelMessage, target: PushTarget): DueEvent[] {
  const times = target.times?.(message) ?? 1;
  return message.plan.steps
    .filter(({ status }) => status !== "WAITING" && status !== "CHECK_OK")
    .map((step) => eventOf(message, statusOfStep(step), message.at + step.afterMs, target))
    .flatMap((event) => Array.from({ length: times }, () => event));
}

function eventOf(message: BitelMessage, status: Status, dueAt: number, target: PushTarget): DueEvent {
  return {
    id: message.id,
    status: status.word,
    dueAt,
    url: target.url,
    // A form tells its own type.
    ...(target.encoding === "form" ? {} : { contentType: "application/json" }),
    body: bodyOf(message, status, target),
  };
}

function bodyOf(message: BitelMessage, status: Status, target: PushTarget): string | URLSearchParams {
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
