import type { Broker } from "@hermod/broker/open-broker";
import type { Change } from "@hermod/broker/record-commit";
import type { RedisClock } from "@hermod/broker/redis-clock";
import { firstAskAt } from "@hermod/core/first-ask";
import type { Following } from "@hermod/core/polling/following";
import { mayBegin } from "@hermod/core/reconcile";
import type { MessageRecord } from "@hermod/core/record";
import type { Terms } from "@hermod/core/terms";
import { onTimer } from "@hermod/core/timer";
import type { Logger } from "@hermod/service/log";
import { drive } from "./drive.ts";

/** How an account's messages are looked after. */
export interface AccountTerms {
  readonly terms: Terms;
  readonly following: Following;
}

export interface SweepParts {
  readonly broker: Broker;
  readonly clock: RedisClock;
  /** The terms of an account; of one that is no longer configured, the general ones. */
  readonly termsOf: (account: string) => AccountTerms;
  readonly log: Logger;
  /** Tells of what may come in masses, a line a second of each kind at the most. */
  readonly report: (what: string, error: unknown) => void;
  /** In [0, 1). */
  readonly chance: () => number;
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
  const { broker, clock, termsOf, log, report, chance } = parts;
  const ids = await broker.store.claimTimers(MOST, CLAIM_MS);
  if (ids.length === 0) return 0;
  const changes: Change[] = [];
  const gone: string[] = [];
  const toDrive: MessageRecord[] = [];
  const loaded = await broker.store.load(ids);
  for (const [index, id] of ids.entries()) {
    const found = loaded[index] ?? { kind: "missing" as const };
    if (found.kind === "unreadable") report("record cannot be read", new Error(`${id}: ${found.why}`));
    if (found.kind === "missing") gone.push(id);
    if (found.kind !== "record") continue;
    const { record } = found;
    const at = clock.now();
    const { terms, following } = termsOf(record.account);
    const decision = onTimer(record, at, terms);
    if (decision.kind === "change") {
      const after = decision.record;
      changes.push({
        before: record,
        after,
        dueAt: firstAskAt(record, after, { at, terms, following, chance: chance() }),
      });
    } else if (decision.kind === "drive") toDrive.push(record);
    // Somebody moved it since: committing it unchanged puts the timer where the record wants it.
    else changes.push({ before: record, after: record });
  }
  await broker.store.forget(gone);
  const committed = await broker.store.commit(await withRates(broker, changes), "always");
  for (const result of committed) {
    if (result.kind !== "committed") continue;
    const { id, state, reason, account } = result.record;
    log.debug({ id, account, state, reason }, "timer");
    // What was just released goes at once, and not at its next timer.
    if (mayBegin(result.record, clock.now())) toDrive.push(result.record);
  }
  await drive(broker, clock.now(), toDrive);
  const refusal = committed.find((result) => result.kind === "failed");
  if (refusal !== undefined) throw refusal.error;
  return ids.length;
}

/** Those whose messages waited in vain to be sent, with how much of that time their account was at its rate. */
async function withRates({ pacer }: Broker, changes: readonly Change[]): Promise<Change[]> {
  const waited = ({ before, after }: Change): boolean =>
    before.state === "queued" && after.state === "expired";
  const accounts = [...new Set(changes.filter(waited).map(({ before }) => before.account))];
  const limited = await Promise.all(accounts.map((account) => pacer.limitedMs(account)));
  const limitedMs = new Map(accounts.map((account, index) => [account, limited[index] ?? 0]));
  return changes.map((change) =>
    waited(change) ? { ...change, limitedMs: limitedMs.get(change.before.account) ?? 0 } : change,
  );
}
