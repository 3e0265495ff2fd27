import type { Content, ParsedMessageInput } from "./message.ts";
import type { MessageRecord } from "./record.ts";

/** The facts about a new message that are not in its input. */
export interface Acceptance {
  readonly id: string;
  readonly bodyHash: string;
  readonly at: number;
  /** The trace it belongs to, as a traceparent. */
  readonly trace?: string | undefined;
}

/** The record of a new message. A `sendAt` in the past means now; expiry counts from the later of both. */
export function acceptedRecord(
  input: ParsedMessageInput,
  { id, bodyHash, at, trace }: Acceptance,
): MessageRecord {
  const route = input.route ?? (input.account === undefined ? [] : [input.account]);
  const [account = ""] = route;
  const sendAt = Math.max(at, input.sendAt === undefined ? at : new Date(input.sendAt).getTime());
  const expiresAt = sendAt + input.expiresInMs;
  return {
    id,
    revision: 1,
    producer: input.producer,
    priority: input.priority,
    route,
    to: input.to,
    content: input.content,
    ...(input.routeRule === undefined ? {} : { routeRule: input.routeRule }),
    ...(input.metadata === undefined ? {} : { metadata: input.metadata }),
    onUnknown: input.onUnknown,
    ...(input.failoverAfterMs === undefined ? {} : { failoverAfterMs: input.failoverAfterMs }),
    bodyHash,
    acceptedAt: at,
    expiresAt,
    state: "queued",
    reason: sendAt > at ? "schedule" : "ready",
    account,
    releaseAt: sendAt,
    deadlineAt: expiresAt,
    jobId: "",
    drivenAt: 0,
    attempt: 0,
    spent: 0,
    crashes: 0,
    absences: 0,
    attempts: [],
    checks: 0,
    updatedAt: at,
    anomalies: [],
    ...(trace === undefined ? {} : { trace }),
  };
}

/**
 * What makes two messages the same under one idempotency key, as one text; everything the producer chose but
 * the key itself and how the call is answered.
 */
export function fingerprint(input: ParsedMessageInput): string {
  const { idempotencyKey: _key, deadlineCheck: _check, account, route, sendAt, ...rest } = input;
  const whole = {
    ...rest,
    route: route ?? [account],
    sendAt: sendAt === undefined ? null : new Date(sendAt).getTime(),
    content: sorted<Content>(rest.content),
    metadata: sorted(rest.metadata ?? {}),
  };
  return JSON.stringify(sorted(whole));
}

/** The same object with its keys, and those of the objects in it, in order. */
function sorted<T extends object>(value: T): T {
  const entries = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .map(([key, field]): [string, unknown] => [
      key,
      typeof field === "object" && field !== null && !Array.isArray(field) ? sorted(field) : field,
    ])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries) as T;
}
