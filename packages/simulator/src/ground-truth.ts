import type { Fault } from "./faults.ts";
import type { Operation } from "./request.ts";

/** A request that was written to the simulator, whatever became of it. */
export interface LoggedRequest {
  readonly operation: Operation;
  /** 1 for the first request of this operation. */
  readonly order: number;
  /** When its head arrived, epoch ms. */
  readonly at: number;
  /** Of a GET, which may say there what it asks for. */
  path?: string;
  /** The parsed JSON or the text; absent until all of it was written. */
  body?: unknown;
  /** The caller went away before all of it was written. */
  cutShort?: true;
  /** The provider's ids of the messages that it accepted by this request. */
  acceptedIds: readonly string[];
  fault?: Fault["kind"];
  /** The HTTP status the caller was meant to see; absent when there was none. */
  answered?: number;
}

/** The least that every provider's simulator knows of a message it accepted. */
export interface AcceptedMessage {
  /** The provider's id. */
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  /** The provider's word at the end of the timeline: a word of "not yet" when it never reports. */
  readonly finalStatus: string;
}

/** What really happened, against which any account of it can be held. In the order of arrival; it outlives the server. */
export interface GroundTruth<Accepted extends AcceptedMessage = AcceptedMessage> {
  readonly accepted: readonly Accepted[];
  readonly requests: readonly LoggedRequest[];
}

/** The truth in a few numbers, for those who cannot take the whole of it. */
export interface Summary {
  readonly accepted: number;
  readonly requests: Readonly<Record<"send" | "status", number>>;
  /** The most requests that arrived in any sliding second. */
  readonly mostInASecond: Readonly<Record<"send" | "status", number>>;
  readonly finals: Readonly<Record<string, number>>;
}

export function summaryOf({ accepted, requests }: GroundTruth): Summary {
  const send = timesOf(requests, "send");
  const status = timesOf(requests, "status");
  const finals: Record<string, number> = {};
  for (const { finalStatus } of accepted) finals[finalStatus] = (finals[finalStatus] ?? 0) + 1;
  return {
    accepted: accepted.length,
    requests: { send: send.length, status: status.length },
    mostInASecond: { send: mostWithin(send, 1000), status: mostWithin(status, 1000) },
    finals,
  };
}

/** When the requests of one operation arrived, epoch ms, in order. */
export function timesOf(requests: readonly LoggedRequest[], operation: Operation): number[] {
  return requests.filter((request) => request.operation === operation).map(({ at }) => at);
}

/** The most of these times that lie in any span of `windowMs`; its end does not belong to it. */
export function mostWithin(times: readonly number[], windowMs: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  let most = 0;
  let first = 0;
  for (const [last, time] of sorted.entries()) {
    while (time - (sorted[first] ?? time) >= windowMs) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
