import { apply } from "../src/apply.ts";
import type { Event } from "../src/event.ts";
import { writtenRecord } from "../src/index-moves.ts";
import type { Outcome } from "../src/outcome.ts";
import type { MessageRecord } from "../src/record.ts";
import type { Report } from "../src/report.ts";
import { T0, TERMS } from "./samples.ts";

/** An event, and for how long by then the account has been at its rate. */
type PacedEvent = Event & { readonly limitedMs?: number };

/** Plays events one after another, each written as the store writes it. */
export function lived(record: MessageRecord, ...events: readonly PacedEvent[]): MessageRecord {
  return events.reduce(
    (before, event) => writtenRecord(before, apply(before, event), 0, event.at, event.limitedMs),
    record,
  );
}

/** Events at so many milliseconds after the sample's acceptance. */
export const at = {
  begin: (ms: number, terms = TERMS): Event => ({ type: "begin", at: T0 + ms, owner: "w", terms }),
  paced: (ms: number, limitedMs: number): PacedEvent => ({ ...at.begin(ms), limitedMs }),
  outcome: (ms: number, attempt: number, outcome: Outcome, terms = TERMS): Event => ({
    type: "outcome",
    at: T0 + ms,
    attempt,
    outcome,
    terms,
    chance: 0.5,
  }),
  accepted: (ms: number, attempt = 1, terms = TERMS): Event =>
    at.outcome(ms, attempt, { kind: "accepted", providerId: `P${attempt}` }, terms),
  report: (ms: number, kind: Report["kind"], code?: string, terms = TERMS): Event => ({
    type: "report",
    at: T0 + ms,
    report: { kind, word: kind, ...(code === undefined ? {} : { code }) },
    terms,
  }),
  timer: (ms: number, terms = TERMS): Event => ({ type: "timer", at: T0 + ms, terms }),
  hold: (ms: number, code: string, terms = TERMS): Event => ({ type: "hold", at: T0 + ms, code, terms }),
  release: (ms: number): Event => ({ type: "release", at: T0 + ms }),
  absent: (ms: number, terms = TERMS): Event => ({ type: "absent", at: T0 + ms, terms, chance: 0.5 }),
  cancel: (ms: number): Event => ({ type: "cancel", at: T0 + ms }),
};
