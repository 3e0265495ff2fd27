import type { MessageRecord } from "./record.ts";
import { isFinal, mayMove, type State } from "./state.ts";

/** Carries out a move that the table allows; another one is a bug and throws. */
export function move(
  record: MessageRecord,
  to: State,
  at: number,
  facts: Partial<MessageRecord> & Pick<MessageRecord, "reason">,
): MessageRecord {
  if (!mayMove(record.state, to)) throw new Error(`no move from ${record.state} to ${to}`);
  const { code: _code, denial: _denial, ...rest } = record;
  const moved = { ...rest, ...facts, state: to, updatedAt: at };
  return isFinal(to) ? { ...moved, deadlineAt: 0, releaseAt: 0, finalAt: at } : moved;
}

/** Most anomalies a record keeps by name; there are only so many ways to contradict. */
const MAX_ANOMALIES = 16;

/** Keeps evidence that contradicts. The same one twice is kept once. */
export function noteAnomaly(record: MessageRecord, anomaly: string): MessageRecord {
  if (record.anomalies.includes(anomaly) || record.anomalies.length >= MAX_ANOMALIES) return record;
  return { ...record, anomalies: [...record.anomalies, anomaly] };
}
