import type { DueEvent } from "../event-pusher.ts";
import type { EtelecomMessage } from "./status.ts";
import { statusOf } from "./status.ts";

/** Where the webhook is registered, and its shape where docs/providers/etelecom.md §7 leaves it open. */
export interface PushTarget {
  readonly url: string;
  /** How keys are written: as a public receiver reads them when absent, or as the status document prints them. */
  readonly keys?: "pascal" | "status";
  /** How often the events of a message are posted: 0 loses them, 2 repeats them; once when absent. */
  readonly times?: (message: EtelecomMessage) => number;
}

/** An event for every status of the message, keyed by its `idOmniMess`. */
export function eventsOf(
  message: EtelecomMessage,
  target: PushTarget,
  channels: Readonly<Record<string, string>>,
): DueEvent[] {
  const times = target.times?.(message) ?? 1;
  return message.plan.steps
    .map(({ afterMs, status }) => {
      const dueAt = message.at + afterMs;
      const body = JSON.stringify(bodyOf(message, dueAt, target, channels));
      return { id: message.id, status, dueAt, url: target.url, contentType: "application/json", body };
    })
    .flatMap((event) => Array.from({ length: times }, () => event));
}

function bodyOf(
  message: EtelecomMessage,
  at: number,
  { keys = "pascal" }: PushTarget,
  channels: Readonly<Record<string, string>>,
): object {
  const { status, channel, errorCode, mtcount, telcoid } = statusOf(message, at, channels);
  if (keys === "status") return { idOmniMess: message.id, status, channel, errorCode, mtcount, telcoid };
  return {
    IdOmniMess: message.id,
    Status: status,
    Channel: channel,
    ErrorCode: errorCode,
    MtCount: mtcount,
    TelcoId: telcoid,
    IsCharged: status === "SUCCESS" ? "True" : "False",
  };
}
