import { readStatement } from "./statement.ts";
import type { PushedAccount, PushParts } from "./take-push.ts";

/** Looked at in one round, of each account. */
const MOST = 200;

/** Takes up what was pushed about messages that were not known then, as far as they are now. */
export async function takeParked(
  parts: PushParts,
  { name, takeEvidence }: PushedAccount,
  parkedMs: number,
): Promise<void> {
  const { parked } = parts.broker;
  const { pushes, expired } = await parked.claim(name, MOST, parkedMs);
  if (expired > 0) parts.metrics.lost(name, "expired", expired);
  const read = pushes.flatMap((push) =>
    push.statements.flatMap((text) => {
      const statement = readStatement(text);
      return statement === undefined ? [] : [{ push, statement: { ...statement, identity: push.identity } }];
    }),
  );
  const results = await takeEvidence(read.map(({ statement }) => statement));
  const waits = new Set(
    read
      .filter((_, index) => /unknown|waits|failed/.test(results[index] ?? "failed"))
      .map(({ push }) => push),
  );
  for (const [index, { push }] of read.entries()) {
    if (!waits.has(push)) parts.metrics.taken(name, results[index] ?? "failed");
  }
  await Promise.all(pushes.filter((push) => !waits.has(push)).map((push) => parked.remove(name, push)));
}
