import fc from "fast-check";
import type { Event } from "../src/event.ts";
import type { Outcome } from "../src/outcome.ts";
import type { Report } from "../src/report.ts";
import { T0, TERMS } from "./samples.ts";

/** An outcome or a report, without the time of its arrival. */
export type Evidence = { outcome: Outcome; attempt: number } | { report: Report };

const OUTCOMES: readonly Outcome[] = [
  { kind: "accepted", providerId: "P" },
  { kind: "maybeSent", phase: "headers", evidence: "reset" },
  { kind: "notSent", phase: "connect" },
  { kind: "throttled", retryAfterMs: 1000, scope: "account" },
  { kind: "rejected", scope: "recipient", code: "number_format", providerCode: "-1" },
  { kind: "rejected", scope: "account", code: "balance", providerCode: "-3" },
];

const REPORTS: readonly Report["kind"][] = [
  "pending",
  "sent",
  "delivered",
  "read",
  "undelivered",
  "rejected",
  "expired",
  "unmapped",
];

export const outcomes = (attempt: number): fc.Arbitrary<Evidence> =>
  fc.constantFrom(...OUTCOMES).map((outcome) => ({ outcome, attempt }));

export const reports: fc.Arbitrary<Evidence> = fc
  .constantFrom(...REPORTS)
  .map((kind) => ({ report: { kind, word: kind } }));

export function eventOf(evidence: Evidence, at: number = T0): Event {
  return "report" in evidence
    ? { type: "report", at, report: evidence.report, terms: TERMS }
    : { type: "outcome", at, ...evidence, terms: TERMS, chance: 0.5 };
}

/** What a report claims to be the end; being read includes being delivered. */
export function finalClaim(evidence: Evidence): string | undefined {
  if (!("report" in evidence)) return undefined;
  const { kind } = evidence.report;
  if (kind === "pending" || kind === "sent" || kind === "unmapped") return undefined;
  return kind === "read" ? "delivered" : kind;
}

/**
 * Tells whether the statements cannot all be true: two ends, two different answers to one attempt, or a
 * denial of an attempt together with a sign that the provider has the message. Written from the words of the
 * design, not from the code under test.
 */
export function contradicts(all: readonly Evidence[]): boolean {
  if (new Set(all.map(finalClaim).filter((claim) => claim !== undefined)).size > 1) return true;
  const conclusive = all.flatMap((one) =>
    "outcome" in one && one.outcome.kind !== "maybeSent" ? [one] : [],
  );
  const answers = new Map<number, Set<string>>();
  for (const { attempt, outcome } of conclusive) {
    const known = answers.get(attempt) ?? new Set();
    answers.set(attempt, known.add(JSON.stringify(outcome)));
  }
  if ([...answers.values()].some((different) => different.size > 1)) return true;
  const denied = conclusive.some(({ outcome }) => outcome.kind !== "accepted");
  const seen = all.some((one) => "report" in one && one.report.kind !== "unmapped");
  return denied && seen;
}
