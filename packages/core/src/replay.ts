import { z } from "zod";
import { AccountName, type MessageInput, ProducerName } from "./message.ts";
import type { MessageRecord } from "./record.ts";

/** Final states that a message may be replayed from: those of which nobody got anything, as far as is known. */
const ReplayableState = z.enum([
  "failed",
  "unknown",
  "undelivered",
  "rejected",
  "expired",
  "canceled",
  "suppressed",
]);

/** Which messages are replayed, and which of them in spite of a reason not to. */
export const ReplayFilter = z.strictObject({
  states: z.array(ReplayableState).min(1),
  account: AccountName.exactOptional(),
  producer: ProducerName.exactOptional(),
  /** Final since, epoch milliseconds; and before. */
  since: z.int().nonnegative(),
  until: z.int().nonnegative().exactOptional(),
  /** Also those that a provider has or may have: somebody may get them twice. */
  evenIfMaybeSent: z.boolean().default(false),
  /** How long the new messages may wait for their sending; without it, only as long as the old ones still might. */
  expiresInMs: z.int().min(1000).max(172_800_000).exactOptional(),
});
export type ReplayFilter = z.input<typeof ReplayFilter>;
export type ParsedReplayFilter = z.output<typeof ReplayFilter>;

/** Everything that speaks against replaying a message. */
export interface ReplayObstacles {
  /** Its text is erased, as it is at the final state unless `retention.textMs` says otherwise. */
  readonly withoutText: boolean;
  /** Its own time is over. */
  readonly pastDeadline: boolean;
  readonly maybeSent: boolean;
}

/** The least time that a message needs to be sent in; with less left its own time counts as over. */
const LEAST_MS = 1000;

export function obstaclesTo(record: MessageRecord, at: number): ReplayObstacles {
  return {
    withoutText: record.content === undefined,
    pastDeadline: record.expiresAt - at < LEAST_MS,
    maybeSent: mayHaveArrived(record),
  };
}

/** Tells whether the message is one that the filter names. */
export function isMeant(record: MessageRecord, filter: ParsedReplayFilter): boolean {
  const { states, account, producer, since, until = Number.POSITIVE_INFINITY } = filter;
  const { state, finalAt = 0 } = record;
  return (
    (states as readonly string[]).includes(state) &&
    (account === undefined || record.account === account) &&
    (producer === undefined || record.producer === producer) &&
    finalAt >= since &&
    finalAt < until
  );
}

/** Tells whether nothing keeps the message from being replayed. */
export function isReplayed(obstacles: ReplayObstacles, filter: ParsedReplayFilter): boolean {
  if (obstacles.withoutText) return false;
  if (obstacles.maybeSent && !filter.evenIfMaybeSent) return false;
  return !obstacles.pastDeadline || filter.expiresInMs !== undefined;
}

/** Only proof counts: a denial of every attempt, or the provider's word on how it ended. What contradicts is no proof. */
function mayHaveArrived({ state, reason, attempts, anomalies }: MessageRecord): boolean {
  if (state === "unknown" || anomalies.length > 0) return true;
  if (attempts.some(({ verdict }) => verdict !== "accepted")) return true;
  const isTold = state === "undelivered" || state === "rejected" || reason === "at_provider";
  return attempts.length > 0 && !isTold;
}

/** The key under which a message is replayed: once, however often it is asked for. */
export function replayKey(id: string): string {
  return `replay:${id}`;
}

/** The new message, linked to the old one by its metadata. */
export function replayOf(record: MessageRecord, at: number, expiresInMs?: number): MessageInput | undefined {
  const { id, route, to, content, producer, priority, onUnknown, routeRule, metadata, expiresAt } = record;
  if (content === undefined) return undefined;
  return {
    route: [...route],
    to,
    content,
    producer,
    priority,
    onUnknown,
    ...(routeRule === undefined ? {} : { routeRule: routeRule as MessageInput["routeRule"] }),
    metadata: { ...metadata, replayOf: id },
    idempotencyKey: replayKey(id),
    expiresInMs: expiresInMs ?? expiresAt - at,
  };
}
