import type { Finding } from "../finding.ts";
import type { MessageRecord } from "../record.ts";
import type { Report } from "../report.ts";
import { isFinal } from "../state.ts";
import type { FinalSeen } from "./hazard-sketch.ts";

/** What a look at a message teaches about its route. */
export type Lesson =
  | { readonly kind: "pending"; readonly fromAgeMs: number; readonly toAgeMs: number }
  | (FinalSeen & { readonly kind: "final"; readonly lagMs: number | undefined })
  | { readonly kind: "nothing" };

const NOTHING: Lesson = { kind: "nothing" };

/**
 * What is learned from an answer at `at` about a message, as it was when asked about. Only what a provider said of a message that it
 * took teaches something: no answer is no evidence, and a message it does not know is no pending one.
 */
export function lessonOf(asked: MessageRecord, finding: Finding, at: number, chance: number): Lesson {
  const { submittedAt, checkedAt = 0 } = asked;
  if (finding?.kind !== "report" || finding.report.kind === "unmapped") return NOTHING;
  if (submittedAt === undefined || isFinal(asked.state)) return NOTHING;
  const fromAgeMs = Math.max(0, checkedAt - submittedAt);
  const toAgeMs = Math.max(fromAgeMs, at - submittedAt);
  if (finding.report.kind === "pending" || finding.report.kind === "sent")
    return { kind: "pending", fromAgeMs, toAgeMs };
  const finishedAt = finishedAtOf(finding.report);
  const lagMs = finishedAt === undefined ? undefined : Math.max(0, at - finishedAt);
  const finishedAgeMs = finishedAt === undefined ? undefined : finishedAt - submittedAt;
  return { kind: "final", fromAgeMs, toAgeMs, finishedAgeMs, chance, lagMs };
}

/** When the message came into the state that is reported, where the provider tells: epoch milliseconds. */
function finishedAtOf({ details }: Report): number | undefined {
  const at = Date.parse(details?.["changedAt"] ?? "");
  return Number.isNaN(at) ? undefined : at;
}

/**
 * The route whose time to a final report a message shares: the accounts it may go through, which tell what kind of traffic it is,
 * and the channels that it asks for.
 */
export function routeNameOf({ route, routeRule = [] }: Pick<MessageRecord, "route" | "routeRule">): string {
  return [route.join(","), ...routeRule].join("/");
}
