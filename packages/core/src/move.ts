import { type MessageRecord, nextAccount } from "./record.ts";
import { isFinal, mayMove, type State } from "./state.ts";
import type { Terms } from "./terms.ts";

/** Carries out a move that the table allows; another one is a bug and throws. */
export function move(
  record: MessageRecord,
  to: State,
  at: number,
  facts: Partial<MessageRecord> & Pick<MessageRecord, "reason">,
): MessageRecord {
  if (!mayMove(record.state, to)) throw new Error(`no move from ${record.state} to ${to}`);
  const moved = { ...withoutWords(record), ...facts, state: to, updatedAt: at };
  return isFinal(to) ? { ...moved, deadlineAt: 0, releaseAt: 0, finalAt: at } : moved;
}

/** The record without what was said about the state that it leaves; most have nothing to lose, and are not copied for it. */
function withoutWords(record: MessageRecord): MessageRecord {
  if (record.code === undefined && record.denial === undefined) return record;
  const { code: _code, denial: _denial, ...rest } = record;
  return rest;
}

/** Stops a message for its account, until that works again, the next account of the route takes over, or it expires. */
export function hold(record: MessageRecord, at: number, code: string, terms: Terms): MessageRecord {
  const onwardAt = nextAccount(record) === undefined ? record.expiresAt : at + terms.failoverAfterMs;
  return move(record, "held", at, {
    reason: "account",
    code,
    releaseAt: Math.min(onwardAt, record.expiresAt),
    deadlineAt: record.expiresAt,
  });
}

/** Hands a message that is proven not taken to the next account of its route; undefined when there is none. */
export function failOver(record: MessageRecord, at: number, code?: string): MessageRecord | undefined {
  const account = nextAccount(record);
  if (account === undefined) return undefined;
  return move(record, "queued", at, {
    reason: "failover",
    account,
    spent: 0,
    releaseAt: at,
    deadlineAt: record.expiresAt,
    ...(code === undefined ? {} : { code }),
  });
}

/** Most anomalies a record keeps by name; there are only so many ways to contradict. */
const MAX_ANOMALIES = 16;

/** Keeps evidence that contradicts. The same one twice is kept once. */
export function noteAnomaly(record: MessageRecord, anomaly: string): MessageRecord {
  if (record.anomalies.includes(anomaly) || record.anomalies.length >= MAX_ANOMALIES) return record;
  return { ...record, anomalies: [...record.anomalies, anomaly] };
}
