import type { Reason } from "@hermod/core/record";
import { STATES } from "@hermod/core/state";
import { type StateEvent, type StateFacts, stateEvent } from "@hermod/core/state-event";
import { z } from "zod";
import { parseJson } from "./parse-json.ts";

/** How many events are kept: of all messages, and final ones of each producer. */
export interface EventLimits {
  readonly keep: number;
  readonly keepFinals: number;
}

export const UNLIMITED: EventLimits = {
  keep: Number.MAX_SAFE_INTEGER,
  keepFinals: Number.MAX_SAFE_INTEGER,
};

/**
 * What each of several partitions keeps, so that together they keep enough. A poller removes finals, and counts who misses
 * them for that; the writer of a new one keeps a quarter more, so that it removes nothing unless no poller runs.
 */
export function share({ keep, keepFinals }: EventLimits, partitions: number): EventLimits {
  return { keep: Math.ceil(keep / partitions), keepFinals: Math.ceil((keepFinals * 1.25) / partitions) };
}

/**
 * An event in a stream: id, producer, account, state, reason, code, attempts, time, milliseconds since acceptance and since
 * submission, parts, cost, anomalies. Fields may be added at its end.
 */
const Stored = z
  .tuple([
    z.string(),
    z.string(),
    z.string(),
    z.enum(STATES),
    z.string().transform((word) => word as Reason),
    z.string().nullable(),
    z.int(),
    z.int(),
    z.int(),
    z.int().nullable(),
    z.int().nullable(),
    z.string().nullable(),
    z.array(z.string()),
  ])
  .rest(z.unknown());

export function encodeStateFacts(facts: StateFacts): string {
  const { id, producer, account, state, reason, code, attempts, at, acceptedAt, submittedAt } = facts;
  const { parts, cost, anomalies } = facts;
  const what = [id, producer, account, state, reason, code ?? null, attempts];
  const when = [at, at - acceptedAt, submittedAt === undefined ? null : at - submittedAt];
  return JSON.stringify([...what, ...when, parts ?? null, cost ?? null, anomalies]);
}

/** Undefined for what this version cannot read. */
export function decodeStateEvent(text: string): StateEvent | undefined {
  const parsed = Stored.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const [id, producer, account, state, reason, code, attempts, at, sinceAccepted, sinceSubmitted, ...rest] =
    parsed.data;
  const [parts, cost, anomalies] = rest;
  return stateEvent({
    id,
    producer,
    account,
    state,
    reason,
    ...(code === null ? {} : { code }),
    attempts,
    ...(parts === null ? {} : { parts }),
    ...(cost === null ? {} : { cost }),
    anomalies,
    at,
    acceptedAt: at - sinceAccepted,
    ...(sinceSubmitted === null ? {} : { submittedAt: at - sinceSubmitted }),
  });
}
