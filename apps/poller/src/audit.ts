import type { Change, IndexEntries } from "@hermod/broker/record-store";
import { acceptedAttempt, askedAccount, type MessageRecord } from "@hermod/core/record";
import { isFinal, isFollowed } from "@hermod/core/state";
import type { SweepParts } from "./sweep.ts";

/** Records looked at in one round. */
const PAGE = 500;

/** What is due again after its entry was lost is spread over this time, and not asked about all at once. */
const SPREAD_MS = 60_000;

export interface AuditParts extends SweepParts {
  /** In [0, 1). */
  readonly chance: () => number;
}

/** One page of the audit: where the next one begins, and how many records lacked something. */
export interface Audited {
  readonly next: string;
  readonly mended: number;
}

/**
 * Makes sure that every open message has what brings it to its end: a timer, and what its state needs beside it. They move with
 * the record, so that nothing is found missing unless Redis lost a part of its data or somebody deleted a key.
 */
export async function audit(parts: AuditParts, cursor: string): Promise<Audited> {
  const { broker, clock, log } = parts;
  const { ids, next } = await broker.store.page(cursor, PAGE);
  const loaded = await broker.store.load(ids);
  const open = loaded.flatMap((found) =>
    found.kind === "record" && !isFinal(found.record.state) ? [found.record] : [],
  );
  const entries = await broker.store.indexEntries(open);
  const at = clock.now();
  const changes = open.flatMap((record, index): Change[] => {
    const has = entries[index];
    return has === undefined ? [] : mend(parts, record, has, at);
  });
  await broker.store.commit(changes, "always");
  if (changes.length > 0) log.warn({ count: changes.length }, "index entries were missing");
  return { next, mended: changes.length };
}

function mend(
  { termsOf, chance }: AuditParts,
  record: MessageRecord,
  has: IndexEntries,
  at: number,
): Change[] {
  const isPlaced = record.state !== "held" || has.held;
  const isDue = has.due || !isAskedAbout(record, termsOf(askedAccount(record)).terms.resolution === "ask");
  if (has.timer && isPlaced && isDue) return [];
  const dueAt = at + Math.ceil(chance() * SPREAD_MS);
  return [{ before: record, after: record, reindexes: true, ...(isDue ? {} : { dueAt }) }];
}

/** Tells of an open message that its provider is to be asked about it, and that there is something to ask by. */
function isAskedAbout(record: MessageRecord, byReference: boolean): boolean {
  const account = askedAccount(record);
  const hasReference = byReference && record.references?.[account] !== undefined;
  if (record.state === "unconfirmed") return hasReference;
  const attempt = acceptedAttempt(record);
  const hasId = attempt?.providerId !== undefined || attempt?.batchId !== undefined;
  return isFollowed(record.state) && attempt !== undefined && (hasId || hasReference);
}
