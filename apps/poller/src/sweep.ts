import type { Broker } from "@hermod/broker/open-broker";
import type { RedisClock } from "@hermod/broker/redis-clock";
import { apply } from "@hermod/core/apply";
import { MAX_IDS_PER_JOB } from "@hermod/core/job";
import type { MessageRecord } from "@hermod/core/record";
import type { Terms } from "@hermod/core/terms";
import { onTimer, sendJobId } from "@hermod/core/timer";
import type { Logger } from "@hermod/service/log";

export interface SweepParts {
  readonly broker: Broker;
  readonly clock: RedisClock;
  /** The terms of an account; of one that is no longer configured, the general ones. */
  readonly termsOf: (account: string) => Terms;
  readonly log: Logger;
  /** Tells of what may come in masses, a line a second of each kind at the most. */
  readonly report: (what: string, error: unknown) => void;
}

/** Timers looked at in one round. */
const MOST = 500;

/** A timer that was taken fires again after this time, should whoever took it die. */
const CLAIM_MS = 10_000;

/**
 * Carries out what is due by time alone: ends leases and deadlines, releases what waited, drives what nobody
 * works at. Returns how many it took.
 */
export async function sweep(parts: SweepParts): Promise<number> {
  const { broker, clock, termsOf, log, report } = parts;
  const ids = await broker.store.claimTimers(MOST, CLAIM_MS);
  if (ids.length === 0) return 0;
  const changes: { before: MessageRecord; after: MessageRecord }[] = [];
  const gone: string[] = [];
  const toDrive: MessageRecord[] = [];
  const loaded = await broker.store.load(ids);
  for (const [index, id] of ids.entries()) {
    const found = loaded[index] ?? { kind: "missing" as const };
    if (found.kind === "unreadable") report("record cannot be read", new Error(`${id}: ${found.why}`));
    if (found.kind === "missing") gone.push(id);
    if (found.kind !== "record") continue;
    const { record } = found;
    const decision = onTimer(record, clock.now(), termsOf(record.account));
    if (decision.kind === "change") changes.push({ before: record, after: decision.record });
    else if (decision.kind === "drive") toDrive.push(record);
    // Somebody moved it since: committing it unchanged puts the timer where the record wants it.
    else changes.push({ before: record, after: record });
  }
  await broker.store.forget(gone);
  const committed = await broker.store.commit(changes, "always");
  for (const result of committed) {
    if (result.kind !== "committed") continue;
    const { id, state, reason, account } = result.record;
    log.debug({ id, account, state, reason }, "timer");
    // What was just released goes at once, and not at its next timer.
    if (state === "queued" && result.record.releaseAt <= clock.now()) toDrive.push(result.record);
  }
  await drive(parts, toDrive);
  const refusal = committed.find((result) => result.kind === "failed");
  if (refusal !== undefined) throw refusal.error;
  return ids.length;
}

/** Gives each message a work order. One whose order is still alive only gets a later timer. */
async function drive({ broker, clock }: SweepParts, records: readonly MessageRecord[]): Promise<void> {
  const { store, queues } = broker;
  const live = await Promise.all(
    records.map(async ({ account, jobId, drivenAt, releaseAt }) => {
      return drivenAt > 0 && drivenAt >= releaseAt && (await queues.isLive("send", account, jobId));
    }),
  );
  const at = clock.now();
  for (const group of groupsOf(records.filter((_, index) => live[index] !== true))) {
    const [first] = group;
    if (first === undefined) continue;
    const jobId = sendJobId(first.id, at);
    const changes = group.map((before) => ({ before, after: apply(before, { type: "drive", at, jobId }) }));
    const committed = await store.commit(changes, "always");
    const ids = committed.flatMap((result) => (result.kind === "committed" ? [result.record.id] : []));
    if (ids.length > 0) await queues.add("send", first.account, [{ jobId, priority: first.priority, ids }]);
  }
  const alive = records.filter((_, index) => live[index] === true);
  await store.commit(
    alive.map((before) => ({ before, after: apply(before, { type: "drive", at, jobId: before.jobId }) })),
    "always",
  );
}

/** Messages that can share a work order: of one account and lane, as many as an order carries. */
function groupsOf(records: readonly MessageRecord[]): MessageRecord[][] {
  const lanes = Map.groupBy(records, ({ account, priority }) => `${account} ${priority}`);
  return [...lanes.values()].flatMap((lane) => {
    const count = Math.ceil(lane.length / MAX_IDS_PER_JOB);
    return Array.from({ length: count }, (_, index) =>
      lane.slice(index * MAX_IDS_PER_JOB, (index + 1) * MAX_IDS_PER_JOB),
    );
  });
}
