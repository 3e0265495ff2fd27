import { type MessageRecord, openAttempt } from "../../src/record.ts";
import type { Write } from "./ledger.ts";
import type { PlannedAccount } from "./plan.ts";
import { fail } from "./violation.ts";
import type { World } from "./world.ts";

/** How late a process that is not frozen may learn the time of Redis. */
const LATE_MS = 1100;

/** The time from the last look at the clock to the first byte, unless the process is frozen in between. */
const AT_ONCE_MS = 5;

/** Checks, when the first byte of a request goes out, that it may. `guardedAt`: when its worker last made sure of that. */
export function checkWrite(
  world: World,
  account: PlannedAccount,
  record: MessageRecord,
  write: Write,
  guardedAt: number,
): void {
  const { id, expiresAt } = record;
  if (world.ledger.of(id).canceled) fail(record, "written after it was canceled");
  if (guardedAt >= expiresAt + LATE_MS) fail(record, "written after it expired");
  const isAtOnce = write.at - guardedAt <= AT_ONCE_MS;
  const stored = world.store.load(id);
  if (isAtOnce && (stored === undefined || openAttempt(stored)?.n !== write.n))
    fail(record, "written after its attempt was given up");
  // Whoever was frozen here may come after the proof that nothing was taken.
  if (!isAtOnce && account.terms.resolution === "ask") return;
  const doubts = copiesInDoubt(world, id, account, write.n);
  const allowed = mayBeTwice(world, record, account, write) ? 1 : 0;
  if (doubts > allowed) fail(record, `written while ${doubts} may have been taken`);
}

/** Its producer chose that it may be twice: in doubt, or without a final report for long enough after another account took it. */
function mayBeTwice(world: World, record: MessageRecord, { name }: PlannedAccount, { at }: Write): boolean {
  if (record.onUnknown === "resend") return true;
  const { failoverAfterMs } = record;
  if (failoverAfterMs === undefined) return false;
  const { acceptances, writes } = world.ledger.of(record.id);
  const elsewhere = [...acceptances, ...writes].filter((one) => one.account !== name);
  return elsewhere.some((one) => one.at + failoverAfterMs <= at + LATE_MS);
}

/** How many messages the earlier writes may have become, beside the one that this write is part of. */
function copiesInDoubt(world: World, id: string, account: PlannedAccount, now: number): number {
  const known = world.store.load(id)?.attempts ?? [];
  const sortedOut = new Set<string>(account.terms.resolution === "repeat" ? [account.name] : []);
  let copies = 0;
  for (const write of world.ledger.of(id).writes) {
    const { resolution } = world.accountOf(write.account).terms;
    if (write.denied || write.n === now || sortedOut.has(write.account)) continue;
    // What is proven absent where it can be asked about is no doubt any more.
    if (resolution === "ask" && !known.some(({ n }) => n === write.n)) continue;
    if (resolution === "repeat") sortedOut.add(write.account);
    copies += 1;
  }
  return copies;
}
