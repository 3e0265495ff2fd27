import { apply } from "../src/apply.ts";
import type { MessageInput } from "../src/message.ts";
import type { Outcome } from "../src/outcome.ts";
import { mayBegin } from "../src/reconcile.ts";
import { type MessageRecord, openAttempt } from "../src/record.ts";
import type { Report } from "../src/report.ts";
import type { Terms } from "../src/terms.ts";
import { nextTimerAt } from "../src/timer.ts";
import { queuedRecord, T0, TERMS } from "./samples.ts";

/** What happens to a message whose route has two accounts. */
export interface Fate {
  readonly input?: Partial<MessageInput>;
  readonly terms?: Partial<Terms>;
  /** What each attempt at the first account proves; `none` when whoever made it dies. */
  readonly first?: Outcome | "none";
  /** What the first account's provider says of it, and when. */
  readonly report?: { readonly kind: Report["kind"]; readonly atMs: number };
  /** Nothing goes through the first account in this time. */
  readonly heldMs?: number;
}

/** Plays a message to its end, each time at once when it is time, and tells how it ended and who was written to. */
export function playFate(fate: Fate): {
  readonly end: MessageRecord;
  readonly first: number;
  readonly second: number;
} {
  const { input, first = { kind: "accepted", providerId: "A" }, report, heldMs = 0 } = fate;
  const terms = { ...TERMS, ...fate.terms };
  const writes = { first: 0, second: 0 };
  let record = queuedRecord({ account: undefined, route: ["first", "second"], ...input });
  let now = T0;
  const settle = (outcome: Outcome): void => {
    record = apply(record, {
      type: "outcome",
      at: now,
      attempt: record.attempt,
      outcome,
      terms,
      chance: 0.5,
    });
  };
  for (let step = 0; step < 500; step += 1) {
    const reportAt = report === undefined ? Number.POSITIVE_INFINITY : T0 + report.atMs;
    if (record.account === "first" && record.state === "queued" && now < T0 + heldMs) {
      record = apply(record, { type: "hold", at: now, code: "balance", terms });
    }
    if (record.state === "held" && record.account === "first" && heldMs > 0 && now >= T0 + heldMs) {
      record = apply(record, { type: "release", at: now });
    }
    if (mayBegin(record, now)) {
      const account = record.account === "first" ? "first" : "second";
      record = apply(record, { type: "begin", at: now, owner: "w", terms });
      if (openAttempt(record) === undefined) continue;
      writes[account] += 1;
      if (account === "second") settle({ kind: "accepted", providerId: "B" });
      else if (first !== "none") settle(first);
      continue;
    }
    const timerAt = nextTimerAt(record);
    if (timerAt === undefined) break;
    const heldUntil =
      record.state === "held" && record.account === "first" ? T0 + heldMs : Number.POSITIVE_INFINITY;
    const next = Math.min(timerAt, heldUntil > now ? heldUntil : Number.POSITIVE_INFINITY);
    if (report !== undefined && reportAt > now && reportAt <= next) {
      now = reportAt;
      const said = { kind: report.kind, word: report.kind } as const;
      record = apply(record, { type: "report", at: now, report: said, attempt: 1, terms });
      continue;
    }
    now = Math.max(now + 1, next);
    record = apply(record, { type: "timer", at: now, terms });
  }
  return { end: record, ...writes };
}
